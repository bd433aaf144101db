import assert from 'node:assert/strict';
import { chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { findCheckpoint } from './findCheckpoint.ts';

const find = (names: readonly string[], step?: number) => {
  using folder = temporaryFolder();
  for (const name of names) {
    mkdirSync(dirname(join(folder.path, name)), { recursive: true });
    writeFileSync(join(folder.path, name), '');
  }
  symlinkSync('..', join(folder.path, 'checkpoint-999'));
  const found = findCheckpoint([join(folder.path, 'm')], step, () => true);
  return found && relative(folder.path, found.path);
};

test('the checkpoint of the step is found, else the one with the highest step', () => {
  const names = ['m/checkpoint-9/a', 'm/checkpoint-10/a', 'm/logs/x'];
  assert.equal(find(names, 9), 'm/checkpoint-9');
  assert.equal(find(names), 'm/checkpoint-10');
  assert.equal(find(names, 11), 'm/checkpoint-10');
});

test('what another user put there is not taken', {
  skip: process.getuid?.() === 0 ? false : 'needs root, to give files away',
}, () => {
  using folder = temporaryFolder();
  for (const name of ['checkpoint-5', 'checkpoint-9', 'checkpoint_5', 'a/checkpoint-7'])
    mkdirSync(join(folder.path, name), { recursive: true });
  for (const name of ['checkpoint-9', 'checkpoint_5', 'a']) chownSync(join(folder.path, name), 12_345, 12_345);
  for (const step of [5, 7, 9, undefined])
    assert.equal(findCheckpoint([folder.path], step, () => true)?.path, join(folder.path, 'checkpoint-5'));
});

test('layouts of the frameworks', () => {
  for (const [name, found] of [
    ['m/global_step5/a', 'm/global_step5'],
    ['m/iter_0000005/a', 'm/iter_0000005'],
    ['m/checkpoints/checkpoint_5/a', 'm/checkpoints/checkpoint_5'],
    ['m/v/checkpoints/epoch=1-step=5.ckpt', 'm/v/checkpoints/epoch=1-step=5.ckpt'],
    ['m/step=5-val_loss=0.3.ckpt', 'm/step=5-val_loss=0.3.ckpt'],
  ] as const)
    assert.equal(find([name], 5), found);
});

test('nothing beside the given paths, no links, and no other names are taken', () => {
  assert.equal(find(['checkpoint-5/a', 'm/last.ckpt', 'm/stepping=5.txt']), undefined);
});

test('what is not of the kit is not taken, and told where it lies in a checkpoint of the kit', () => {
  using folder = temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  for (const name of ['checkpoint-5/a', 'checkpoint-5/sub/b', 'checkpoint_5/a', 'x/checkpoint-5/a', 'checkpoint-9/a']) {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), '');
  }
  const own = ['', 'checkpoint-5', 'checkpoint-5/a', 'checkpoint-5/sub', 'checkpoint-5/sub/b'].map((name) => at(name));
  const find = (step?: number) => findCheckpoint([folder.path], step, (path) => own.includes(join(path)));
  for (const step of [5, 9, undefined]) assert.deepEqual(find(step), { path: at('checkpoint-5'), stranger: undefined });
  symlinkSync('/', at('checkpoint-5/sub/link'));
  assert.equal(find(5)?.stranger, at('checkpoint-5/sub/link'));
});
