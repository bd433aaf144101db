import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatWatchEvent } from './formatWatchEvent.ts';
import type { KitEvent } from './WatchEvent.ts';

const MiB = 1024 * 1024;

const kit: KitEvent = {
  type: 'kit',
  count: 6,
  digest: `sha256:${'0'.repeat(64)}`,
  names: ['run:latest', 'run:run-6-50'],
  bytes: 48 * MiB,
  bytesHashed: 16 * MiB,
  elapsed: 71,
  checkpoint: 'out/checkpoint-50',
  best: true,
  step: 50,
  metrics: { grad_norm: 1, loss: 2, eval_loss: 3.4567, epoch: 1 },
  held: [],
  skipped: [],
  odd: [],
  layers: [
    {
      id: 'model',
      path: 'out',
      digest: 'sha256:1',
      size: 32 * MiB,
      reused: false,
      changed: ['out/a'],
      changedCount: 9,
    },
    { id: 'code.0', path: 'c', digest: 'sha256:2', size: 16 * MiB, reused: true, changed: [], changedCount: 0 },
  ],
};

test('between the lines of a training a kit has one short line', () => {
  assert.equal(
    formatWatchEvent(kit, true),
    'kit 6  checkpoint-50  eval_loss 3.457 (best)  16.0 MiB of 32.0 MiB hashed  0.07 s  -> run-6-50',
  );
  const plain = { ...kit, checkpoint: null, metrics: {}, best: false, names: [], bytesHashed: 32 * MiB };
  assert.equal(formatWatchEvent(plain, true), 'kit 6  32.0 MiB hashed  0.07 s');
});

test('the shown metric is that of an evaluation, else a loss, else the first', () => {
  const shown = (metrics: KitEvent['metrics']) => String(formatWatchEvent({ ...kit, metrics }, true)).split('  ')[2];
  assert.equal(shown({ a: 1, val_loss: 2, loss: 3 }), 'val_loss 2 (best)');
  assert.equal(shown({ a: 1, train_loss: 'NaN' }), 'train_loss NaN (best)');
  assert.equal(shown({ accuracy: 0.123456 }), 'accuracy 0.1235 (best)');
});

test('without a terminal the line has all that is known, and what is left out stands at its end', () => {
  assert.equal(
    formatWatchEvent({ ...kit, held: ['model'], skipped: ['out/checkpoint-40'] }),
    `kit 6  changed: out (out/a and 8 more)  1 rebuilt, 1 reused  16.0 MiB of 32.0 MiB hashed  0.07 s  sha256:000000000000  run:latest run:run-6-50  (best)  held: model  in no kit: out/checkpoint-40`,
  );
});
