import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClaims, openClaims } from './claims.ts';

const MiB = 1024 * 1024;

test('each entry is written by one worker, whoever comes first', () => {
  const claims = createClaims(4 * MiB);
  const [one, other] = [openClaims(claims), openClaims(claims)];
  const offsets = Array.from({ length: 64 }, (_, i) => i * 65_536);
  const [ours, theirs]: [number[], number[]] = [[], []];
  offsets.forEach((offset, i) => {
    // The two are not at the same place.
    if (one(offset)) ours.push(offset);
    const behind = offsets[i - 7];
    if (behind !== undefined && other(behind)) theirs.push(behind);
  });
  for (const offset of offsets.slice(-7)) if (other(offset)) theirs.push(offset);
  assert.deepEqual(
    [...ours, ...theirs].sort((a, b) => a - b),
    offsets,
  );
});

test('what is near is written by the same worker', () => {
  const claims = createClaims(MiB);
  const [one, other] = [openClaims(claims), openClaims(claims)];
  assert.deepEqual([one(512), other(1024), other(MiB - 1), one(2048), one(MiB - 1)], [true, false, true, true, false]);
});

test('an empty layer has a share too', () => assert.equal(openClaims(createClaims(0))(0), true));
