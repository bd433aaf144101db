import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createProject, type Project } from '../support/project.ts';

const createKit = async (files: readonly string[], mode = 0o644): Promise<Project> => {
  const project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncode:\n  - path: .\n', 'run.py': '1\n' });
  for (const name of files) {
    const path = join(project.directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, name.endsWith('.mjs') ? 'export default {};\n' : '#!/bin/sh\n');
    chmodSync(path, mode);
  }
  assert.equal((await project.run('pack', 'project', '-t', 'x:v1', '--trust')).code, 0);
  return project;
};

const steering = ['.git/hooks/pre-commit', '.npmrc', '.vscode/tasks.json', 'kitwright.config.mjs', 'deep/.envrc'];

for (const compression of ['none', 'gzip'])
  test(`unpack names the files of a kit that configure tools (${compression})`, async () => {
    using project = await createKit(steering);
    await project.run('pack', 'project', '-t', 'x:v1', '--trust', '--compression', compression);
    const { code, stderr } = await project.run('unpack', 'x:v1', '-d', 'out');
    assert.equal(code, 0);
    assert.match(stderr, /\[WARN \] Files of this kit steer the tools of whoever works here/);
    for (const name of steering) assert.ok(stderr.includes(name), name);
  });

test('a program at the top is named, one below is not', async () => {
  using project = await createKit(['start', 'bin/start'], 0o755);
  const { stderr } = await project.run('unpack', 'x:v1', '-d', 'out');
  assert.match(stderr, /look at them first: start\./);
});

test('other kits are unpacked without a message', async () => {
  using project = await createKit(['notes.md', 'git/config', 'x.npmrc.txt']);
  assert.doesNotMatch((await project.run('unpack', 'x:v1', '-d', 'out')).stderr, /WARN/);
});

test('a dataset of another kit that goes into a folder of git is named too, whatever its files are called', async () => {
  using project = createProject({
    Kitfile: 'manifestVersion: 1.0.0\ndatasets: [{path: config}]\n',
    config: '[core]\n',
  });
  assert.equal((await project.run('pack', 'project', '-t', 'data:v1')).code, 0);
  project.write({ Kitfile: 'manifestVersion: 1.0.0\ndatasets: [{path: .git, remotePath: data:v1}]\n' });
  assert.equal((await project.run('pack', 'project', '-t', 'x:v1')).code, 0);
  const { stderr } = await project.run('unpack', 'x:v1', '-d', 'out', '--include-remote');
  assert.match(stderr, /look at them first: .*\.git/);
});

test('a repository that is there gets no hooks from a kit, whoever reads the warning', async () => {
  using project = await createKit(['.git/hooks/post-checkout'], 0o755);
  const hook = join(project.path, 'out/.git/hooks/post-checkout');
  mkdirSync(dirname(hook), { recursive: true });
  for (const flags of [[], ['--ignore-existing']]) {
    const { code, stderr } = await project.run('unpack', 'x:v1', '-d', 'out', ...flags);
    assert.notEqual(code, 0);
    assert.match(stderr, /unpack-exists: \.git is there already/);
    assert.ok(!existsSync(hook));
  }
  assert.equal((await project.run('unpack', 'x:v1', '-d', 'out', '--overwrite')).code, 0);
  assert.ok(existsSync(hook));
});

test('several elements of a kit go into one such folder, unless it was there before', async () => {
  const paths = ['.config/a', '.config/b', 'deep/.ssh/c', 'deep/.ssh/d'];
  using project = createProject({
    Kitfile: `manifestVersion: 1.0.0\ncode: [${paths.map((path) => `{path: ${path}}`).join(', ')}]\n`,
    ...Object.fromEntries(paths.map((path) => [path, 'x'])),
  });
  assert.equal((await project.run('pack', 'project', '-t', 'x:v1')).code, 0);
  const { code, stderr } = await project.run('unpack', 'x:v1', '-d', 'out');
  assert.equal(code, 0, stderr);
  for (const path of paths) assert.ok(existsSync(join(project.path, 'out', path)), path);
  mkdirSync(join(project.path, 'other/deep/.ssh'), { recursive: true });
  const refused = await project.run('unpack', 'x:v1', '-d', 'other');
  assert.match(refused.stderr, /unpack-exists: deep\/\.ssh is there already/);
  assert.ok(!existsSync(join(project.path, 'other/deep/.ssh/c')));
});

test('what was written before a failure is named', async () => {
  using project = createProject({
    Kitfile: 'manifestVersion: 1.0.0\ndatasets: [{path: .npmrc}]\ncode: [{path: rows.csv}]\n',
    '.npmrc': 'x=1\n',
    'rows.csv': '1\n',
  });
  assert.equal((await project.run('pack', 'project', '-t', 'x:v1')).code, 0);
  mkdirSync(join(project.path, 'out'));
  writeFileSync(join(project.path, 'out/rows.csv'), 'of the user\n');
  const { code, stderr } = await project.run('unpack', 'x:v1', '-d', 'out');
  assert.notEqual(code, 0);
  assert.match(stderr, /unpack-exists/);
  assert.match(stderr, /look at them first: \.npmrc/);
});
