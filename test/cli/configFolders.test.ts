import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addFiles, hasRun, hostileConfigs } from '../support/hostileConfigs.ts';
import { createProject, type Project } from '../support/project.ts';
import { runHosted } from '../support/runHosted.ts';

const files = { Kitfile: 'manifestVersion: 1.0.0\ncode:\n  - path: c.py\n', 'c.py': '1\n' };
const data = { 'kitwright.config.json': '{"compression": "gzip"}' };
const program = hostileConfigs['a module'] ?? assert.fail();

type Environment = Readonly<Record<string, string>>;

const print = async (project: Project, env: Environment = {}) => {
  const args = ['--config', project.home, '--json', 'config', 'print', 'project'];
  const result = await runHosted(args, { cwd: project.path, env: { HOME: '/nowhere', ...env } });
  return { ...result, file: result.code === 0 ? (JSON.parse(result.stdout) as { file: unknown }).file : undefined };
};

const path = (project: Project) => join(project.path, 'kitwright.config.json');

test('a config above the repository is not searched', async () => {
  using project = createProject(files);
  addFiles(project.path, data);
  assert.equal((await print(project)).file, path(project));
  mkdirSync(join(project.directory, '.git'));
  assert.equal((await print(project)).file, null);
});

test('a config above the home directory is not searched', async () => {
  using project = createProject(files);
  addFiles(project.path, data);
  assert.equal((await print(project, { HOME: project.directory })).file, null);
  assert.equal((await print(project, { HOME: project.path })).file, path(project));
});

test('a config in a parent that everybody can write to is not searched', async () => {
  using project = createProject(files);
  addFiles(project.path, data);
  chmodSync(project.path, 0o1777);
  assert.equal((await print(project)).file, null);
});

// Only root can give files away.
const skip = process.getuid?.() === 0 ? false : 'needs root';
const stranger = 12_345;

for (const owned of ['kitwright.config.json', '.'])
  test(`${owned} of another user: the config is not read, also with --trust`, { skip }, async () => {
    using project = createProject(files);
    addFiles(project.directory, data);
    chownSync(join(project.directory, owned), stranger, stranger);
    for (const KITWRIGHT_TRUST of ['', '1']) {
      const { code, stderr } = await print(project, { KITWRIGHT_TRUST });
      assert.equal(code, 2);
      assert.match(stderr, /config-untrusted.*another user/);
    }
    assert.equal((await print(project, { KITWRIGHT_TRUST: project.directory })).code, 0, 'named by its path');
    assert.equal((await project.run('trust', 'project')).code, 0);
    assert.equal((await print(project)).code, 0, 'trusted as it is');
  });

test('a program of another user does not run, also in a parent of the same repository', { skip }, async () => {
  using project = createProject(files);
  addFiles(project.path, program);
  mkdirSync(join(project.path, '.git'));
  chownSync(join(project.path, 'kitwright.config.mjs'), stranger, stranger);
  assert.equal((await print(project, { KITWRIGHT_TRUST: '1' })).code, 2);
  assert.ok(!hasRun(project.path));
});

test('a parent of another user outside of a repository ends the search', { skip }, async () => {
  using project = createProject(files);
  addFiles(project.path, program);
  chownSync(project.path, stranger, stranger);
  assert.equal((await print(project, { KITWRIGHT_TRUST: '1' })).file, null);
});

test('a plugin of another user is not loaded from above a trusted directory', { skip }, async () => {
  using project = createProject(files);
  addFiles(project.directory, { 'kitwright.config.json': '{"plugins": ["gate"]}' });
  addFiles(project.path, {
    'node_modules/gate/package.json': '{"name": "gate", "type": "module", "exports": "./index.js"}',
    'node_modules/gate/index.js': program['kitwright.config.mjs'] ?? '',
  });
  chownSync(join(project.path, 'node_modules/gate/index.js'), stranger, stranger);
  const { code, stderr } = await print(project, { KITWRIGHT_TRUST: '1' });
  assert.equal(code, 2);
  assert.match(stderr, /config-untrusted.*belongs to another user/);
  assert.ok(!hasRun(project.path));
});
