import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { WatchLook } from '@kitwright/core/internal/builds';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { createUnpackedNotice } from './createUnpackedNotice.ts';

const noticesOf = (names: readonly string[], layers: readonly string[], ignored = '') => {
  using folder = temporaryFolder();
  for (const name of names) {
    mkdirSync(dirname(join(folder.path, name)), { recursive: true });
    writeFileSync(join(folder.path, name), 'x');
  }
  if (ignored) writeFileSync(join(folder.path, '.kitignore'), ignored);
  const told: string[] = [];
  const notice = createUnpackedNotice(folder.path, (message) => told.push(message));
  for (const at of [0, 1e6, 2e6]) notice({ at, layers } as unknown as WatchLook);
  return told;
};

test('checkpoints that no layer of the Kitfile holds are named once, with what to add', () => {
  for (const name of ['out/checkpoint-10/trainer_state.json', 'out/a/model.safetensors']) {
    const [message = '', ...more] = noticesOf(['train.py', name], ['train.py']);
    assert.match(message, /^out\/.* is in no kit: .*"model: \{path: out\}"/);
    assert.deepEqual(more, []);
  }
});

test('what is in a layer, ignored, or no checkpoint is not named', () => {
  assert.deepEqual(noticesOf(['out/checkpoint-10/a'], ['out']), []);
  assert.deepEqual(noticesOf(['out/checkpoint-10/a'], ['.']), []);
  assert.deepEqual(noticesOf(['out/checkpoint-10/a'], ['train.py'], 'out\n'), []);
  assert.deepEqual(noticesOf(['out/checkpoint-10/a'], ['train.py'], '[\n'), [], 'a broken .kitignore');
  assert.deepEqual(noticesOf(['venv/lib/x.pt', 'wandb/run/x.ckpt', 'notes/step'], ['train.py']), []);
});
