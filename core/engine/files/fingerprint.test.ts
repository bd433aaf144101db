import assert from 'node:assert/strict';
import type { BigIntStats } from 'node:fs';
import { test } from 'node:test';
import { fingerprintOf, sameFingerprint } from './fingerprint.ts';

test('a fingerprint is the same after it was 64 bits in memory, also with a time after 2262', () => {
  const far = 10_500_000_000_000_000_000n;
  const stats = {
    dev: 2n ** 64n - 1n,
    ino: 2n ** 63n,
    size: 5n,
    mtimeNs: far,
    ctimeNs: 1n,
    mode: 33188n,
  } as BigIntStats;
  const fingerprint = fingerprintOf(stats);
  const [dev = 0n, ino = 0n, mtimeNs = 0n, ctimeNs = 0n] = BigInt64Array.of(
    fingerprint.dev,
    fingerprint.ino,
    fingerprint.mtimeNs,
    fingerprint.ctimeNs,
  );
  assert.ok(sameFingerprint(fingerprint, { ...fingerprint, dev, ino, mtimeNs, ctimeNs }));
});
