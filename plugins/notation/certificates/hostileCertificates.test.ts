import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ASN1Obj } from '@sigstore/core';
import fc from 'fast-check';
import { octets } from '../der.ts';
import { certifiedKeys } from '../index.ts';
import { createCertificate, pemOf } from '../testing/createCertificate.ts';
import { claimingOctets, longInteger, longPurposes } from '../testing/hostileDer.ts';
import { createChain, signKit, subject, verifierFor } from '../testing/sampleSignature.ts';
import { verifyTimestamp } from '../timestamps/verifyTimestamp.ts';
import { readCertificate } from './Certificate.ts';

/** The first cause, which says what was found. */
const causeOf = (error: unknown): string => {
  const { cause } = error as { readonly cause?: unknown };
  return cause === undefined ? String(error) : causeOf(cause);
};
const refusedFor = (reason: RegExp) => (error: unknown) => {
  assert.equal((error as { code?: string }).code, 'signature-invalid');
  assert.match(causeOf(error), reason);
  return true;
};

for (const [name, options, reason] of [
  ['a serial number of 60 KB', { serial: longInteger }, /number of 60000 bytes/],
  ['an object identifier of 60 KB', { extra: longPurposes }, /number of 60000 bytes/],
  ['the same in octets', { extra: octets(longPurposes) }, /number of 60000 bytes/],
  ['octets that claim what follows', { extra: claimingOctets }, /claim what follows/],
  ['more than 64 KiB', { extra: Buffer.alloc(66_000) }, /it has 66\d\d\d bytes/],
] as const)
  test(`a certificate with ${name} is refused before it is parsed`, async () => {
    const chain = createChain(options);
    const [{ der }, authority, root] = chain;
    assert.throws(() => readCertificate(der), refusedFor(reason));
    const good = createChain();
    const evidence = await signKit(good);
    const [blob] = evidence.blobs;
    const envelope = JSON.parse(Buffer.from(blob?.bytes ?? []).toString()) as { header: { x5c: string[] } };
    envelope.header.x5c = [der, ...good.map((each) => each.der)].map((each) => each.toString('base64'));
    const changed = { ...evidence, blobs: [{ ...blob, bytes: Buffer.from(JSON.stringify(envelope)) }] };
    await assert.rejects(verifierFor(good[2]).verify(changed as typeof evidence, subject), refusedFor(reason));
    const certify = await certifiedKeys(['env://CA'], { env: { CA: pemOf(root) } });
    assert.throws(() => certify([der, authority.der]), refusedFor(reason));
  });

test('a timestamp like that is refused before it is parsed', () => {
  const { der } = createCertificate('root', { isAuthority: true });
  for (const token of [longInteger, longPurposes, claimingOctets])
    assert.throws(() => verifyTimestamp(token, token, [readCertificate(der)]), refusedFor(/number|claim/));
});

test('of too many certificates none is read', async () => {
  const chain = createChain();
  const certify = await certifiedKeys(['env://CA'], { env: { CA: pemOf(chain[2]) } });
  const none = new Proxy(Buffer.alloc(0), { get: () => assert.fail('It was read.') });
  assert.throws(() => certify(Array.from({ length: 11 }, () => none)), refusedFor(/11 certificates/));
});

/** The longest number that a parser sees in a value. */
const longestIn = ({ tag, value, subs }: ASN1Obj): number =>
  Math.max(tag.isInteger() || tag.isOID() ? value.length : 0, ...subs.map(longestIn));

test('whatever an extension holds, a certificate is refused, or has no long number for a parser', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom(longInteger, longPurposes, claimingOctets, octets(Buffer.alloc(600, 2))),
    fc
      .tuple(fc.constantFrom(2, 4, 6, 0x24, 0x30), fc.constantFrom(1, 4, 90, 0x81, 0x82))
      .map((pair) => Buffer.of(...pair)),
  );
  const extras = fc.array(piece, { maxLength: 30 }).map((parts) => Buffer.concat(parts));
  fc.assert(
    fc.property(extras, fc.boolean(), (extra, isWrapped) => {
      const { der } = createCertificate('any', { extra: isWrapped ? octets(extra) : extra });
      try {
        readCertificate(der);
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'signature-invalid');
        return;
      }
      assert.ok(longestIn(ASN1Obj.parseBuffer(Buffer.from(der))) <= 512);
    }),
  );
});
