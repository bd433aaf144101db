import assert from 'node:assert/strict';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { fromNative } from '../files/bytePath.ts';
import { createStaging, removeLeftovers } from './staging.ts';

test('what takes the name of a staging folder that is in use stays, and hides no error', () => {
  using folder = temporaryFolder();
  const staging = createStaging(folder.path);
  const [name = ''] = readdirSync(folder.path);
  renameSync(join(folder.path, name), join(folder.path, 'away'));
  mkdirSync(join(folder.path, name));
  writeFileSync(join(folder.path, name, 'theirs'), '');
  staging[Symbol.dispose]();
  assert.ok(existsSync(join(folder.path, name, 'theirs')));
});

test("what a killed unpack left is removed, and what cannot be removed is in nobody's way", () => {
  using folder = temporaryFolder();
  const left = (pid: number) => join(folder.path, `.kitwright-unpack-${pid}-${'0'.repeat(16)}`);
  // No system has processes of so high numbers.
  const [ours, theirs] = [left(4_194_305), left(4_194_306)];
  const staged = (path: string) => join(path, 'staged');
  for (const path of [ours, theirs].map(staged)) mkdirSync(path, { recursive: true });
  for (const path of [ours, theirs].map(staged)) writeFileSync(join(path, 'file'), '');
  writeFileSync(join(ours, 'layer-1'), '');
  chmodSync(theirs, 0o555);
  asNobody([folder.path, ours, staged(ours)], () => createStaging(folder.path)[Symbol.dispose]());
  assert.equal(existsSync(ours), false);
  assert.ok(process.platform === 'win32' || existsSync(theirs));
});

test('a directory that somebody gave the name of a staging folder is not removed', () => {
  using folder = temporaryFolder();
  const left = join(folder.path, `.kitwright-unpack-4194305-${'0'.repeat(16)}`);
  for (const path of ['staged', 'thesis']) mkdirSync(join(left, path), { recursive: true });
  writeFileSync(join(left, 'thesis', 'text'), '');
  createStaging(folder.path)[Symbol.dispose]();
  assert.deepEqual(readdirSync(left).sort(), ['staged', 'thesis']);
  assert.ok(existsSync(join(left, 'thesis', 'text')));
});

test('names that are gone through already are not gone through again', () => {
  using folder = temporaryFolder();
  const left = join(folder.path, `.kitwright-unpack-4194305-${'0'.repeat(16)}`);
  mkdirSync(left);
  createStaging(folder.path, folder.path, true)[Symbol.dispose]();
  assert.equal(existsSync(left), true);
  removeLeftovers(fromNative(folder.path));
  assert.equal(existsSync(left), false);
});

/** Root may remove everything, so another user does this, to whom these paths are given. */
function asNobody(paths: readonly string[], work: () => void): void {
  const isRoot = process.getuid?.() === 0;
  for (const path of isRoot ? paths : []) chownSync(path, 65534, 65534);
  if (isRoot) process.seteuid?.(65534);
  try {
    work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
