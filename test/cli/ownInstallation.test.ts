import assert from 'node:assert/strict';
import { cpSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { addFiles, hasRun, hostileConfigs } from '../support/hostileConfigs.ts';
import { cliPath, runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const program = hostileConfigs['a module'] ?? assert.fail();
const modules = dirname(dirname(dirname(cliPath)));

/** Runs the command of this installation in a folder. */
const pack = (folder: string, installation: string) =>
  runCli(['--config', join(folder, 'home'), 'config', 'print'], {
    cwd: folder,
    commandArgs: [join(installation, 'kitwright', 'bin', 'kitwright.js')],
  });

test('a project that has installed the command is trusted; another directory below it is not', async () => {
  using folder = temporaryFolder();
  addFiles(folder.path, program);
  addFiles(join(folder.path, 'out'), program);
  cpSync(modules, join(folder.path, 'node_modules'), { recursive: true });
  assert.equal((await pack(join(folder.path, 'out'), join(folder.path, 'node_modules'))).code, 2);
  assert.ok(!hasRun(join(folder.path, 'out')));
  assert.equal((await pack(folder.path, join(folder.path, 'node_modules'))).code, 0);
  assert.ok(hasRun(folder.path));
});

test('a member of a workspace that has installed the command is trusted, by its link only', async () => {
  using folder = temporaryFolder();
  cpSync(modules, join(folder.path, 'node_modules'), { recursive: true });
  for (const [at, name] of [
    ['packages/a', '@team/a'],
    ['out', '../out'],
    ['other', 'other'],
  ])
    addFiles(join(folder.path, at ?? ''), { ...program, 'package.json': JSON.stringify({ name }) });
  addFiles(join(folder.path, 'node_modules/@team'), {});
  addFiles(folder.path, { 'node_modules/@team/.keep': '' });
  symlinkSync('../../packages/a', join(folder.path, 'node_modules/@team/a'));
  const run = async (at: string) => (await pack(join(folder.path, at), join(folder.path, 'node_modules'))).code;
  assert.deepEqual([await run('packages/a'), await run('out'), await run('other')], [0, 2, 2]);
});

test('pnpm: the project is trusted if its link leads into its own node_modules', async () => {
  using folder = temporaryFolder();
  addFiles(folder.path, program);
  const inside = join(folder.path, 'node_modules', '.pnpm', 'kitwright@1', 'node_modules');
  cpSync(modules, inside, { recursive: true });
  symlinkSync(join(inside, 'kitwright'), join(folder.path, 'node_modules', 'kitwright'));
  assert.equal((await pack(folder.path, join(folder.path, 'node_modules'))).code, 0);
});

test('pnpm: a member that its last install lists is trusted, another directory is not', async () => {
  using folder = temporaryFolder();
  cpSync(modules, join(folder.path, 'node_modules'), { recursive: true });
  for (const at of ['packages/a', 'other'])
    addFiles(join(folder.path, at), { ...program, 'package.json': JSON.stringify({ name: 'a' }) });
  const projects = { [folder.path]: {}, [join(folder.path, 'packages/a')]: { name: 'a' } };
  addFiles(folder.path, { 'node_modules/.pnpm-workspace-state-v1.json': JSON.stringify({ projects }) });
  const run = async (at: string) => (await pack(join(folder.path, at), join(folder.path, 'node_modules'))).code;
  assert.deepEqual([await run('packages/a'), await run('other')], [0, 2]);
});

test('links of a directory to another installation are not an installation', async () => {
  using folder = temporaryFolder();
  for (const [name, link, target] of [
    ['one', 'node_modules', modules],
    ['two', 'node_modules/kitwright', join(modules, 'kitwright')],
  ] as const) {
    const at = join(folder.path, name);
    addFiles(at, { ...program, ...(name === 'two' ? { 'node_modules/.keep': '' } : {}) });
    symlinkSync(target, join(at, link));
    assert.equal((await pack(at, modules)).code, 2, name);
    assert.equal((await pack(at, join(at, 'node_modules'))).code, 2, name);
    assert.ok(!hasRun(at), name);
  }
});
