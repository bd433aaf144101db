import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkDer } from './checkDer.ts';

const value = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const hex = body.length.toString(16);
  const digits = body.length < 128 ? Buffer.of() : Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  const length = digits.length ? [0x80 | digits.length, ...digits] : [body.length];
  return Buffer.concat([Buffer.of(tag, ...length), body]);
};
const [integer, bits, octets, oid, sequence] = [0x02, 0x03, 0x04, 0x06, 0x30] as const;
const bytes = (size: number): Buffer => Buffer.alloc(size, 0x7f);
const nested = (tag: number, levels: number): Buffer =>
  Array.from({ length: levels }).reduce<Buffer>((inside) => value(tag, inside), Buffer.alloc(0));

/** How many bytes are read. */
const readsOf = (given: Uint8Array): number => {
  let reads = 0;
  const get = (target: Uint8Array, name: string | symbol) => {
    reads += name === 'length' ? 0 : 1;
    return Reflect.get(target, name, target) as unknown;
  };
  try {
    checkDer(new Proxy(given, { get }), 'text');
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'kit-malformed', String(error));
  }
  return reads;
};

/** Octets that claim all that follows, each for itself: read as a parser does it, they double the work. */
const claiming = (count: number): Buffer => {
  const body = Buffer.concat([Buffer.alloc(6 * count), ...Array.from({ length: 150 }, () => Buffer.of(5, 0))]);
  for (let at = 0; at < 6 * count; at += 6)
    Buffer.of(octets, 4, sequence, 0x82, (body.length - at - 6) >> 8, body.length - at - 6).copy(body, at);
  return value(sequence, body);
};

test('numbers as certificates have them are fine', () => {
  for (const given of [
    value(sequence, value(integer, bytes(64)), value(oid, bytes(64)), value(bits, value(integer, bytes(2048)))),
    value(octets, value(sequence, value(integer, bytes(66)), value(integer, bytes(66)))),
    value(octets, value(integer, bytes(508))),
    value(octets, bytes(4096)),
    nested(sequence, 101),
    nested(octets, 101),
    Buffer.alloc(0),
  ])
    checkDer(given, 'text');
});

for (const [name, given, message] of [
  ['a long integer', value(sequence, value(integer, bytes(65))), /number of 65 bytes/],
  ['a long object identifier', value(sequence, value(oid, bytes(60_000))), /number of 60000 bytes/],
  ['an integer that says it is constructed', value(sequence, value(integer | 0x20, bytes(65))), /number/],
  ['a long number in octets', value(sequence, value(octets, value(sequence, value(oid, bytes(513))))), /number/],
  ['too many bytes', value(bits, bytes(65_536)), /65541 bytes/],
  ['too many levels', nested(sequence, 102), /no DER/],
  ['a value that is cut', value(sequence, bytes(9)).subarray(0, -1), /no DER at byte 0/],
  ['a value that ends after its list', value(sequence, Buffer.of(octets, 9), bytes(3)), /no DER/],
  ['a length without end', Buffer.of(sequence, 0x80, 0, 0), /no DER/],
  ['octets that claim what follows', claiming(14), /claim/],
] as const)
  test(`${name} is refused`, () => {
    assert.throws(() => checkDer(given, 'text'), { code: 'kit-malformed', message });
  });

test('whatever it is, each byte is read a few times', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom(...[octets, sequence, integer].flatMap((tag) => [1, 20, 0x82].map((n) => Uint8Array.of(tag, n)))),
    fc.nat(500).map((size) => Uint8Array.of(octets, 4, sequence, 0x82, size >> 8, size)),
  );
  const any = fc.array(piece, { maxLength: 200 }).map((parts) => Buffer.concat(parts));
  fc.assert(fc.property(any, (given) => readsOf(given) <= 20 * (given.length + 1024)));
});

test('the worst that is made of it is read a few times', () => {
  for (const given of [claiming(28), claiming(9000), nested(octets, 200), Buffer.alloc(65_536, value(octets))])
    assert.ok(readsOf(given) <= 20 * (given.length + 1024));
});
