import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chownSync, copyFileSync, lchownSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const skip = process.getuid?.() !== 0 && 'only root can give files away';
const script = fileURLToPath(new URL('../../core/cli/bin/kitwright.js', import.meta.url));
const isOld = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '20.0.0' } })`;

/** What the command says with a Node that is too old, and a package "node" above the installation. */
const said = (foreign: string | undefined, isLink = false): string => {
  using folder = temporaryFolder();
  const bin = join(folder.path, 'project', 'node_modules', 'kitwright', 'bin');
  const program = join(folder.path, 'node_modules', 'node', 'bin', 'node');
  for (const path of [bin, dirname(program)]) mkdirSync(path, { recursive: true });
  copyFileSync(script, join(bin, 'kitwright.js'));
  writeFileSync(join(dirname(bin), 'package.json'), '{"type": "module"}');
  writeFileSync(join(folder.path, 'node_modules', 'node', 'package.json'), '{"name": "node"}');
  writeFileSync(program, '#!/bin/sh\necho "another Node runs"\n', { mode: 0o755 });
  if (isLink && foreign !== undefined) {
    renameSync(join(folder.path, foreign), join(folder.path, 'ours'));
    symlinkSync(join(folder.path, 'ours'), join(folder.path, foreign));
    lchownSync(join(folder.path, foreign), 54_321, 54_321);
  } else if (foreign !== undefined) chownSync(join(folder.path, foreign), 54_321, 54_321);
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', isOld, join(bin, 'kitwright.js'), 'list'], {
    encoding: 'utf8',
  });
  return stdout + stderr;
};

test('a newer Node that is installed above runs, unless another user put it there', { skip }, () => {
  assert.match(said(undefined), /another Node runs/);
  for (const foreign of ['node_modules', 'node_modules/node', 'node_modules/node/bin', 'node_modules/node/bin/node'])
    assert.match(said(foreign), /kitwright needs Node/, foreign);
});

test('nor through a link that another user made', { skip }, () => {
  for (const foreign of ['node_modules', 'node_modules/node'])
    assert.match(said(foreign, true), /kitwright needs Node/, foreign);
});
