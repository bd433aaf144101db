import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownIdentity } from '../../core/engine/store/processIdentity.ts';
import { createProject } from '../support/project.ts';
import { cliPath, nodePath } from '../support/runCli.ts';

const files = { Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m.bin}\n', 'm.bin': 'of the kit' };

test('a directory that takes the place of the one for copies, and leads elsewhere, gets nothing', {
  skip: process.platform !== 'linux' && 'a directory cannot be held open',
}, async () => {
  using project = createProject(files);
  await project.run('pack', 'project', '-t', 'x:1');
  const [base, ours] = [join(project.path, 'base'), join(project.path, 'ours')];
  await project.run('resolve', 'x:1', '--into', base);
  const id = readdirSync(base).find((name) => name.startsWith('sha256-')) ?? '';
  await project.run('store', 'gc');
  renameSync(base, join(project.path, 'before'));
  mkdirSync(base);
  mkdirSync(ours);
  writeFileSync(join(ours, 'm.bin'), 'ours');
  writeFileSync(join(base, `.lock-${id}`), JSON.stringify(ownIdentity()));

  const command = spawn(nodePath, [cliPath, '--config', project.home, 'resolve', 'x:1', '--into', base]);
  const ended = once(command, 'close');
  const { promise: waits, resolve: isWaiting } = Promise.withResolvers<void>();
  let told = '';
  command.stderr.on('data', (text) => {
    told += text;
    if (told.includes('Waiting for another process')) isWaiting();
  });
  await Promise.race([waits, ended]);
  const partial = join(project.path, 'other', `.partial-${id}`);
  mkdirSync(partial, { recursive: true });
  symlinkSync(ours, join(partial, 'kit'));
  renameSync(base, join(project.path, 'moved'));
  renameSync(join(project.path, 'other'), base);
  rmSync(join(project.path, 'moved', `.lock-${id}`));
  await ended;
  assert.equal(readFileSync(join(ours, 'm.bin'), 'utf8'), 'ours');
  assert.ok(readdirSync(join(project.path, 'moved')).includes(id));
});
