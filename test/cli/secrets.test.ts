import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createProject } from '../support/project.ts';

/** Concatenated, so that no scanner finds this file. */
const secret = ['ghp_', 'a8F3kLm29QxZ7rTb5WvC1nYd6HsJ4gPe0uKi'].join('');

const createLeaky = () =>
  createProject({
    Kitfile: 'manifestVersion: 1.0.0\ncode:\n  - path: .\n',
    'run.py': `import os\nTOKEN = "${secret}"\n`,
    '.git/config': '[core]\n',
    '.env': 'A=1\n',
    'ok.py': '1\n',
  });

test('secrets give a warning with file and line, and are never shown; files that belong in no kit are named', async () => {
  using project = createLeaky();
  const { code, stdout, stderr } = await project.run('pack', 'project', '-t', 'x:v1');
  assert.equal(code, 0, stderr);
  assert.match(stderr, /\[WARN \] A secret is packed: run\.py:2 \(github pat\)\./);
  assert.match(stderr, /\[WARN \] What belongs in no kit as a rule is packed: \.env, \.git\/ \(1 file\)\./);
  assert.ok(!`${stdout}${stderr}`.includes(secret));
});

test('--strict refuses both, before anything is stored or uploaded', async () => {
  using project = createLeaky();
  await using registry = await startRegistry();
  const name = `${registry.host}/x:v1`;
  const left = await project.run('pack', 'project', '--strict', '-t', name, '--push');
  assert.equal(left.code, 4);
  assert.match(
    left.stderr,
    /^\[ERROR\] private-files: What belongs in no kit as a rule would be packed: \.env, \.git\//m,
  );
  writeFileSync(join(project.directory, '.kitignore'), '.git\n.env\n');
  const found = await project.run('--json', 'pack', 'project', '--strict', '-t', name, '--push');
  assert.equal(found.code, 4);
  const { error } = JSON.parse(found.stdout || found.stderr.trim().split('\n').at(-1) || '{}');
  assert.equal(error.code, 'secrets-found');
  assert.equal(error.source.line, 2);
  assert.equal(registry.requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD').length, 0);
  assert.equal((await project.run('list')).stdout.trim().split('\n').length, 1);
});

test('with --strict an allowed line is packed, and a directory whose private files are ignored', async () => {
  using project = createLeaky();
  writeFileSync(join(project.directory, 'run.py'), `TOKEN = "${secret}"  # gitleaks:allow\n`);
  writeFileSync(join(project.directory, '.kitignore'), '.git\n.env\n');
  const { code, stderr } = await project.run('pack', 'project', '--strict');
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, /WARN/);
});

test('an unchanged layer is not read again for a warning, but always for --strict', async () => {
  using project = createLeaky();
  await project.run('pack', 'project', '-t', 'x:v1');
  assert.doesNotMatch((await project.run('pack', 'project', '-t', 'x:v1')).stderr, /secret/);
  writeFileSync(join(project.directory, '.kitignore'), '.git\n.env\n');
  await project.run('pack', 'project', '-t', 'x:v1');
  assert.equal((await project.run('pack', 'project', '-t', 'x:v1', '--strict')).code, 4);
});

test('watch --push uploads no secret', async () => {
  using project = createLeaky();
  await using registry = await startRegistry();
  const args = [
    'watch',
    'project',
    '-t',
    'x',
    '--push',
    `${registry.host}/x`,
    '--quiet',
    '50',
    '--',
    'sh',
    '-c',
    'true',
  ];
  const { code, stderr } = await project.run(...args);
  assert.equal(code, 4);
  assert.match(stderr, /secrets-found|A secret would be packed: run\.py:2/);
  assert.equal(registry.requests.filter(({ method }) => method === 'PUT' || method === 'POST').length, 0);
});

test('UTF-16 is scanned, and binary files are not', async () => {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncode:\n  - path: c\n' });
  mkdirSync(join(project.directory, 'c'));
  const line = `x\nT=${secret}\n`;
  writeFileSync(
    join(project.directory, 'c', 'a.txt'),
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(line, 'utf16le')]),
  );
  writeFileSync(join(project.directory, 'c', 'b'), Buffer.concat([Buffer.from([0]), Buffer.from(line)]));
  const { stderr } = await project.run('pack', 'project');
  assert.match(stderr, /A secret is packed: c\/a\.txt:2/);
});

test('the config of a project hides the warning only where it is trusted', async () => {
  for (const name of ['kitwright.config.json', 'kitwright.config.yaml']) {
    using project = createLeaky();
    writeFileSync(join(project.directory, name), '{"logLevel": "error"}');
    const untrusted = await project.run('pack', 'project', '-t', 'x:v1');
    assert.match(untrusted.stderr, /\[WARN \] .*kitwright\.config\.\w+ is not trusted: "logLevel" is not followed/);
    assert.match(untrusted.stderr, /\[WARN \] A secret is packed/);
    const trusted = await project.run('--trust', 'pack', 'project', '-t', 'x:v2');
    assert.doesNotMatch(trusted.stderr, /WARN/);
    const typed = await project.run('--log-level', 'error', 'pack', 'project', '-t', 'x:v3');
    assert.doesNotMatch(typed.stderr, /A secret is packed/);
  }
});
