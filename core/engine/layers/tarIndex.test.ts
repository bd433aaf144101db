import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tarEnd, tarHeader } from './tarHeader.ts';
import { tarIndex } from './tarIndex.ts';
import { rawEntry } from './testing/rawTar.ts';

const list = (bytes: Buffer) => [
  ...tarIndex((offset, length) => bytes.subarray(offset, offset + length), bytes.length),
];

const entry = (flag: string): Buffer => Buffer.concat([rawEntry('x', '', flag), tarEnd()]);

for (const [flag, what] of [
  ['1', 'a hard link'],
  ['2', 'a symbolic link'],
  ['3', 'a device'],
  ['6', 'a FIFO'],
  ['S', 'a sparse file'],
  ['g', 'a global header'],
] as const) {
  test(`${what} is refused`, () => assert.throws(() => list(entry(flag)), { code: 'unpack-refused' }));
}

test('a header with a wrong checksum is refused', () => {
  const bytes = Buffer.concat([tarHeader({ path: 'x', type: 'file', mode: 0o644, size: 0 }), tarEnd()]);
  bytes[0] = 0x79;
  assert.throws(() => list(bytes), { code: 'kit-malformed' });
});

test('a file that is longer than the layer is refused', () => {
  assert.throws(
    () => list(Buffer.concat([tarHeader({ path: 'x', type: 'file', mode: 0o644, size: 5000 }), tarEnd()])),
    { code: 'kit-malformed' },
  );
});

test('a PAX path applies to the next entry only', () => {
  const long = `${'d'.repeat(99)}/${'e'.repeat(99)}/${'f'.repeat(99)}`;
  const bytes = Buffer.concat([
    tarHeader({ path: long, type: 'directory', mode: 0o755, size: 0 }),
    tarHeader({ path: 'y', type: 'directory', mode: 0o755, size: 0 }),
    tarEnd(),
  ]);
  assert.deepEqual(
    list(bytes).map(({ path }) => path),
    [long, 'y'],
  );
});

test('garbage is refused or empty, never a crash', () => {
  for (let seed = 1; seed < 200; seed++) {
    const bytes = Buffer.from(Uint8Array.from({ length: 2048 }, (_, i) => (seed * 31 + i * i * 7 + (i >> 3)) & 0xff));
    assert.throws(
      () => list(bytes),
      (error: { code?: string }) => ['kit-malformed', 'unpack-refused'].includes(error.code ?? ''),
    );
  }
});
