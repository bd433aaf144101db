import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLimits, parsePace, parseQuiet } from './watchFlags.ts';

test('--every is a number of checkpoints or a time', () => {
  assert.deepEqual(parsePace({ every: '5' }), { checkpoints: 5 });
  assert.deepEqual(parsePace({ every: '90s' }), { interval: 90_000 });
  assert.deepEqual(parsePace({ every: '2h' }), { interval: 7_200_000 });
  for (const every of ['0', '', '5d', '-1', '1.5m', 'often'])
    assert.throws(() => parsePace({ every }), { code: 'usage' }, every);
});

test('--on-checkpoint without a slash matches at any depth, and everything below a match', () => {
  const { only } = parsePace({ onCheckpoint: 'checkpoint-*' });
  assert.deepEqual(
    ['checkpoint-1', 'out/checkpoint-2/model.bin', 'out/last/model.bin'].map((path) => only?.(path)),
    [true, true, false],
  );
  assert.equal(parsePace({ onCheckpoint: 'out/*.pt' }).only?.('deep/out/a.pt'), false);
  assert.throws(() => parsePace({ onCheckpoint: '[' }), { code: 'usage' });
});

test('limits are numbers above 0; MB are 1,000,000 bytes', () => {
  assert.deepEqual(parseLimits({ maxCpu: '0.5', maxRead: '200' }), { lowPriority: true, cpu: 0.5, read: 200_000_000 });
  for (const value of ['0', '-1', 'all', '1e3', ''])
    for (const flags of [{ maxCpu: value }, { maxRead: value }])
      assert.throws(() => parseLimits(flags), { code: 'usage' }, value);
});

test('--quiet is in ms', () => {
  assert.equal(parseQuiet('0'), 0);
  assert.throws(() => parseQuiet('1s'), { code: 'usage' });
});
