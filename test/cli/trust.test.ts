import assert from 'node:assert/strict';
import { appendFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { addFiles, hasRun, hostileConfigs } from '../support/hostileConfigs.ts';
import { createProject, type Project } from '../support/project.ts';
import { runHosted } from '../support/runHosted.ts';

const files = { Kitfile: 'manifestVersion: 1.0.0\ncode:\n  - path: c.py\n', 'c.py': '1\n' };

const runWith = (project: Project, env: Readonly<Record<string, string>>, ...args: readonly string[]) =>
  runHosted(['--config', project.home, ...args], { cwd: project.path, env });

const reading = (registry: string) => [
  ['list'],
  ['inspect', 'a:v1'],
  ['info', 'a:v1'],
  ['diff', 'a:v1', 'a:v1'],
  ['unpack', 'a:v1', '-d', 'out'],
  ['unpack', 'project', '-d', 'out', '-o'],
  ['tag', 'a:v1', 'a:v2'],
  ['copy', 'a:v1', 'oci:layout:v1'],
  ['push', 'a:v1', `${registry}/a:v1`],
  ['pull', `${registry}/a:v1`],
  ['login', registry, '-u', 'u', '-p', 'p'],
  ['logout', registry],
  ['remove', 'a:v2'],
  ['index', 'list'],
  ['cache', 'info'],
  ['store', 'check'],
  ['doctor'],
  ['explain', 'usage'],
  ['schema', 'config'],
  ['trust', '--list'],
];

test('commands that build nothing read no config of a project', async () => {
  using project = createProject(files);
  await using registry = await startRegistry();
  await project.run('pack', 'project', '-t', 'a:v1');
  await project.run('pack', 'project', '-t', 'project:latest');
  for (const folder of [project.path, project.directory]) addFiles(folder, hostileConfigs['a module'] ?? assert.fail());
  for (const args of reading(registry.host)) {
    const { stderr } = await runWith(project, { KITWRIGHT_TRUST: '1' }, ...args);
    assert.doesNotMatch(stderr, /config/, args.join(' '));
    assert.ok(!hasRun(project.path), args.join(' '));
  }
});

const building = [
  ['pack', 'project'],
  ['config', 'print'],
  ['watch', 'project'],
  ['init', 'project', '-f'],
  ['import', 'o/n'],
];

for (const [kind, config] of Object.entries(hostileConfigs)) {
  test(`${kind} does not run without trust, and the error names the code`, async () => {
    using project = createProject(files);
    addFiles(project.path, config);
    const [name = ''] = Object.keys(config);
    for (const args of kind === 'a module' ? building : building.slice(0, 1)) {
      const { code, stderr } = await project.run(...args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, /^\[ERROR\] config-untrusted: /);
      assert.ok(stderr.includes(join(project.path, name)), stderr);
      assert.match(stderr, kind.includes('plugin') ? /evil\.mjs/ : /is a program/);
      assert.match(stderr, /kitwright trust .*--trust.*KITWRIGHT_TRUST=/);
    }
    assert.ok(!hasRun(project.path));
  });

  test(`${kind} runs if it is trusted for one call`, async () => {
    using project = createProject(files);
    addFiles(project.path, config);
    const allowed: readonly (readonly [env: Readonly<Record<string, string>>, flags: readonly string[]])[] = [
      [{}, ['--trust']],
      [{ KITWRIGHT_TRUST: '1' }, []],
      [{ KITWRIGHT_TRUST: `/nowhere:${project.path}` }, []],
    ];
    for (const [env, flags] of allowed) {
      const { code, stderr } = await runWith(project, env, 'pack', 'project', ...flags);
      assert.equal(code, 0, stderr);
      assert.ok(hasRun(project.path));
      rmSync(join(project.path, 'MARK'));
    }
    for (const KITWRIGHT_TRUST of ['0', '/nowhere', project.directory])
      assert.equal((await runWith(project, { KITWRIGHT_TRUST }, 'pack', 'project')).code, 2);
  });

  test(`${kind} that was trusted is not trusted any more when its file changes`, async () => {
    using project = createProject(files);
    addFiles(project.path, config);
    const [name = ''] = Object.keys(config);
    assert.equal((await project.run('trust')).code, 0);
    assert.ok(!hasRun(project.path), 'trusting does not run the code');
    assert.equal(statSync(join(project.home, 'trusted.json')).mode & 0o777, 0o600);
    assert.equal((await project.run('pack', 'project')).code, 0);
    assert.ok(hasRun(project.path));
    appendFileSync(join(project.path, name), '\n');
    assert.match((await project.run('trust', '--list')).stdout, /^changed +/m);
    assert.match((await project.run('pack', 'project')).stderr, /config-untrusted/);
    assert.equal((await project.run('trust')).code, 0);
    assert.match((await project.run('trust', '--list')).stdout, /^trusted +/m);
    assert.equal((await project.run('trust', '--remove')).code, 0);
    assert.match((await project.run('pack', 'project')).stderr, /config-untrusted/);
  });
}

test('a config that is a link is not read, with any target', async () => {
  using project = createProject({ ...files, real: '{"compression": "gzip"}' });
  for (const name of ['kitwright.config.json', 'kitwright.config.mjs', 'kitwright.config.yaml']) {
    symlinkSync(join(project.directory, 'real'), join(project.directory, name));
    const { code, stderr } = await project.run('pack', 'project', '--trust');
    assert.equal(code, 2);
    assert.match(stderr, /config-invalid: The config file is a link/);
    rmSync(join(project.directory, name));
  }
  symlinkSync('/dev/zero', join(project.directory, 'package.json'));
  assert.equal((await project.run('pack', 'project')).code, 0, 'endless');
});

test('a relative path in KITWRIGHT_TRUST is refused: it depends on the current directory', async () => {
  using project = createProject(files);
  addFiles(project.path, hostileConfigs['a module'] ?? assert.fail());
  const { stderr } = await runWith(project, { KITWRIGHT_TRUST: '.' }, 'pack', 'project');
  assert.match(stderr, /usage: KITWRIGHT_TRUST must be 1 or absolute paths/);
});

test('directories that are trusted in parallel are all trusted', async () => {
  using project = createProject(files);
  const names = ['a', 'b', 'c', 'd', 'e'];
  for (const name of names) addFiles(join(project.path, name), hostileConfigs['a module'] ?? assert.fail());
  await Promise.all(names.map((name) => project.run('trust', name)));
  const { stdout } = await project.run('--json', 'trust', '--list');
  assert.equal(JSON.parse(stdout).files.length, names.length);
});
