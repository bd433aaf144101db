import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';
import { nodePath } from '../support/runCli.ts';

const files = {
  Kitfile: 'manifestVersion: 1.0.0\ncode:\n  - path: a\n',
  ...Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`a/f${i}`, 'new'])),
};

/** Puts a link in the place of `a`, and `a` back, as fast as it can, until its input ends. */
const flipper = `
const { renameSync } = require('node:fs');
let on = true;
process.stdin.on('end', () => { on = false; }).resume();
const flip = () => {
  for (let i = 0; i < 50; i++) {
    try {
      renameSync('a', 'away'); renameSync('link', 'a');
      renameSync('a', 'link'); renameSync('away', 'a');
    } catch { try { renameSync('away', 'a'); } catch {} }
  }
  if (on) setImmediate(flip);
};
console.log('ready');
flip();`;

test('an attacker who replaces a directory of the target by a link cannot move a file of an unpack outside', async () => {
  using project = createProject(files);
  assert.equal((await project.run('pack', 'project', '-t', 'x:v1')).code, 0);
  const [target, outside] = [join(project.path, 'target'), join(project.path, 'outside')];
  mkdirSync(join(target, 'a'), { recursive: true });
  mkdirSync(outside);
  for (let i = 0; i < 300; i++) writeFileSync(join(target, 'a', `f${i}`), 'old');
  symlinkSync(outside, join(target, 'link'));
  const child = spawn(nodePath, ['-e', flipper], { cwd: target, stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  for (let round = 0; round < 8; round++) await project.run('unpack', 'x:v1', '-d', 'target', '-o');
  child.stdin.end();
  await once(child, 'exit');
  assert.deepEqual(readdirSync(outside), []);
});

test('gc and remove delete nothing through a link in a store to which others can write', async () => {
  using project = createProject(files);
  await project.run('pack', 'project', '-t', 'x:v1');
  const victim = join(project.path, 'victim');
  for (const folder of ['blobs/sha256', 'blobs', 'packs', 'partials', 'tmp']) {
    const store = join(project.home, 'store');
    mkdirSync(victim, { recursive: true });
    mkdirSync(join(victim, 'sha256'), { recursive: true });
    writeFileSync(join(victim, 'mine'), '');
    writeFileSync(join(victim, 'sha256', 'mine'), '');
    renameSync(join(store, folder), join(project.path, 'away'));
    symlinkSync(victim, join(store, folder));
    const { stderr } = await project.run('store', 'gc');
    assert.match(stderr, /path-is-link|store-|disk/, folder);
    assert.ok(existsSync(join(victim, 'mine')) && existsSync(join(victim, 'sha256', 'mine')), folder);
    await project.run('remove', 'x:v1', '--force');
    assert.ok(existsSync(join(victim, 'mine')) && existsSync(join(victim, 'sha256', 'mine')), folder);
    renameSync(join(store, folder), join(project.path, `link-${folder.replace('/', '-')}`));
    renameSync(join(project.path, 'away'), join(store, folder));
  }
});

test('cache clear removes links but not their targets, and cache info does not follow them', async () => {
  using project = createProject(files);
  const victim = join(project.path, 'victim');
  mkdirSync(victim);
  writeFileSync(join(victim, 'mine'), 'x'.repeat(5000));
  mkdirSync(join(project.home, 'cache', 'import'), { recursive: true });
  symlinkSync(victim, join(project.home, 'cache', 'import', 'link'));
  symlinkSync('.', join(project.home, 'cache', 'import', 'loop'));
  const info = await project.run('--json', 'cache', 'info');
  assert.ok(JSON.parse(info.stdout).total < 5000);
  assert.equal((await project.run('cache', 'clear')).code, 0);
  assert.deepEqual(readdirSync(join(project.home, 'cache')), []);
  renameSync(join(project.home, 'cache'), join(project.path, 'away'));
  symlinkSync(victim, join(project.home, 'cache'));
  const { code, stderr } = await project.run('cache', 'clear');
  assert.equal(code, 4);
  assert.match(stderr, /path-is-link/);
  assert.ok(existsSync(join(victim, 'mine')));
});

test('skills of a kit are not written through links of the project for which they are installed', async () => {
  using project = createProject({
    Kitfile: 'manifestVersion: 1.0.0\nprompts:\n  - path: skill\n',
    'skill/SKILL.md': '---\nname: s\ndescription: d\n---\n',
  });
  await project.run('pack', 'project', '-t', 'x:v1');
  const outside = join(project.path, 'outside');
  mkdirSync(outside);
  mkdirSync(join(project.path, 'app'));
  symlinkSync(outside, join(project.path, 'app', '.claude'));
  const { code, stderr } = await project.run('unpack', 'x:v1', '--as-skill=claude-code', '-d', 'app', '--yes');
  assert.equal(code, 4, stderr);
  assert.match(stderr, /path-is-link/);
  assert.deepEqual(readdirSync(outside), []);
});
