import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { leaveFree } from '../../../test/support/leaveFree.ts';
import { isNearlyFull, requireRoom } from './requireRoom.ts';

const GiB = 1024 ** 3;

test('what is larger than the rest of a disk has no room', () => {
  using _free = leaveFree(3 * GiB);
  requireRoom(tmpdir(), 3 * GiB, 'a layer');
  assert.throws(() => requireRoom(tmpdir(), 3 * GiB + 1, 'a layer'), { code: 'disk-full', message: /a layer/ });
  assert.equal(isNearlyFull(tmpdir()), false);
});

test('the last GiB of a disk is for others, what takes less of it has room', () => {
  using _free = leaveFree(GiB / 2);
  requireRoom(tmpdir(), GiB / 2, 'a layer');
  assert.ok(isNearlyFull(tmpdir()));
});

test('a file system that says nothing is believed to have room', () => {
  requireRoom('/nowhere/at/all', Number.MAX_SAFE_INTEGER, 'a layer');
  assert.equal(isNearlyFull('/nowhere/at/all'), false);
});
