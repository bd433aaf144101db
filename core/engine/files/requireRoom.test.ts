import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { leaveFree } from '../../../test/support/leaveFree.ts';
import { isNearlyFull, requireRoom } from './requireRoom.ts';

const GiB = 1024 ** 3;

test('the last GiB of a disk is left to others', () => {
  using _free = leaveFree(3 * GiB);
  requireRoom(tmpdir(), 2 * GiB, 'a layer');
  assert.throws(() => requireRoom(tmpdir(), 2 * GiB + 1, 'a layer'), { code: 'disk-full', message: /a layer/ });
  assert.equal(isNearlyFull(tmpdir()), false);
});

test('what takes nothing has room on a disk that is nearly full', () => {
  using _free = leaveFree(GiB / 2);
  requireRoom(tmpdir(), 0, 'nothing');
  assert.throws(() => requireRoom(tmpdir(), 1, 'a byte'), { code: 'disk-full' });
  assert.ok(isNearlyFull(tmpdir()));
});

test('a file system that says nothing is believed to have room', () => {
  requireRoom('/nowhere/at/all', Number.MAX_SAFE_INTEGER, 'a layer');
  assert.equal(isNearlyFull('/nowhere/at/all'), false);
});
