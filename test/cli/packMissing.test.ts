import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { hasRun } from '../support/hostileConfigs.ts';
import { createProject, type Project } from '../support/project.ts';
import { runHosted } from '../support/runHosted.ts';

const config = `import { appendFileSync } from 'node:fs';
appendFileSync('MARK', 'x');
export default { kits: {
  tuned: { directory: 'project', tag: 'team/tuned:latest' },
  base: { directory: 'base', tag: 'team/base:latest' },
  other: { directory: 'nowhere', tag: 'team/other:latest' },
} };`;

/** A kit that refers to another one of the same project. */
const createMonorepo = (): Project => {
  const project = createProject({
    Kitfile: 'manifestVersion: 1.0.0\nmodel: {name: tuned, path: "team/base:latest", parts: [{path: adapter.bin}]}\n',
    'adapter.bin': 'a',
  });
  mkdirSync(join(project.path, 'base'));
  writeFileSync(join(project.path, 'base', 'Kitfile'), 'manifestVersion: 1.0.0\nmodel: {path: weights.bin}\n');
  writeFileSync(join(project.path, 'base', 'weights.bin'), 'w');
  writeFileSync(join(project.path, 'kitwright.config.mjs'), config);
  return project;
};

const runTrusted = (project: Project, ...args: readonly string[]) =>
  runHosted(['--config', project.home, ...args], { cwd: project.path, env: { KITWRIGHT_TRUST: '1' } });

test('unpack packs a kit of a trusted project, and its parent, if the store lacks them because a task runner skipped the task', async () => {
  using project = createMonorepo();
  const { code, stderr } = await runTrusted(project, 'unpack', 'team/tuned', '-d', 'out');
  assert.equal(code, 0, stderr);
  assert.equal(readFileSync(join(project.path, 'out', 'weights.bin'), 'utf8'), 'w');
  assert.equal(readFileSync(join(project.path, 'out', 'adapter.bin'), 'utf8'), 'a');
  const { stdout } = await project.run('list');
  assert.match(stdout, /team\/base/);
  assert.doesNotMatch(stdout, /team\/other/);
});

test('with --json it prints the one document of unpack', async () => {
  using project = createMonorepo();
  const { stdout } = await runTrusted(project, '--json', 'unpack', 'team/tuned:latest', '-d', 'out');
  assert.equal(JSON.parse(stdout).reference, 'localhost/team/tuned:latest');
});

test('push packs it too', async () => {
  using project = createMonorepo();
  await using registry = await startRegistry();
  const name = `${registry.host}/team/base:latest`;
  const { code, stderr } = await runTrusted(project, 'push', 'team/base:latest', name, '--plain-http');
  assert.equal(code, 0, stderr);
});

test('a kit that is in the store is not packed again, and no config is read', async () => {
  using project = createMonorepo();
  await runTrusted(project, 'pack', '--filter', 'base');
  rmSync(join(project.path, 'MARK'));
  const { code, stderr } = await runTrusted(project, 'unpack', 'team/base', '-d', 'out');
  assert.equal(code, 0, stderr);
  assert.ok(!hasRun(project.path));
});

for (const [what, env] of [
  ['if the project is not trusted', {}],
  ['for an unknown name', { KITWRIGHT_TRUST: '1' }],
] as const)
  test(`nothing is packed ${what}`, async () => {
    using project = createMonorepo();
    const name = 'KITWRIGHT_TRUST' in env ? 'team/unknown' : 'team/tuned';
    const { code, stderr } = await runHosted(['--config', project.home, 'unpack', name, '-d', 'out'], {
      cwd: project.path,
      env,
    });
    assert.equal(code, 1, stderr);
    assert.match(stderr, /kit-not-found/);
    assert.equal(hasRun(project.path), 'KITWRIGHT_TRUST' in env);
  });
