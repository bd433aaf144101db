import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { createProject, digestIn } from '../support/project.ts';
import { cliPath, nodePath } from '../support/runCli.ts';

const kit = { Kitfile: 'manifestVersion: 1.0.0\npackage: {name: "a\\e[31mb"}\ncode: [{path: a.py}]\n', 'a.py': '1' };

test('results are printed at every log level, log lines never go to stdout', async () => {
  using project = createProject(kit);
  const quiet = await project.run('pack', 'project', '-t', 'x:v1', '--log-level', 'error');
  assert.match(quiet.stdout, /Model saved/);
  const loud = await project.run('remove', 'x:v1', '-vv');
  assert.equal(loud.stdout.split('\n').length, 2);
  assert.match(loud.stderr, /DEBUG/);
});

test('packing again writes nothing, with a message', async () => {
  using project = createProject(kit);
  const first = await project.run('pack', 'project', '-t', 'x:v1');
  const second = await project.run('pack', 'project', '-t', 'x:v1');
  assert.equal(digestIn(first), digestIn(second));
  assert.match(second.stdout, /^Already saved code layer.*\nConfiguration already exists.*\nManifest already exists/);
});

test('--json gives one JSON document on stdout', async () => {
  using project = createProject(kit);
  const { stdout } = await project.run('--json', 'pack', 'project', '-t', 'x:v1');
  const { v, digest, layers } = JSON.parse(stdout) as {
    v: number;
    digest: string;
    layers: readonly { path: string }[];
  };
  assert.equal(v, 1);
  assert.match(digest, /^sha256:/);
  assert.deepEqual(
    layers.map(({ path }) => path),
    ['a.py'],
  );
});

test('errors show code, position, line and hint; with --json they are data', async () => {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncoed: 1\n' });
  const { code, stderr, stdout } = await project.run('pack', 'project');
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(
    stderr,
    /kitfile-invalid: Unknown field coed[\s\S]*Kitfile:2:1\n {2}2 \| coed: 1\n {4}\| \^\n {2}hint: /,
  );
  const json = await project.run('--json', 'pack', 'project');
  assert.equal((JSON.parse(json.stderr) as { error: { code: string } }).error.code, 'kitfile-invalid');
});

test('usage errors exit with 2 and give suggestions', async () => {
  using project = createProject({});
  const typo = await project.run('pakc');
  assert.equal(typo.code, 2);
  assert.match(typo.stderr, /Did you mean pack/);
  assert.equal((await project.run('pack')).code, 2);
  assert.equal((await project.run('--help')).code, 0);
});

for (const command of [['list'], ['--help'], ['version'], ['completion', 'zsh']]) {
  test(`${command.join(' ')}: a full device is an error, a closed pipe gives no message`, async () => {
    using project = createProject(kit);
    await project.run('pack', 'project', '-t', 'x:v1');
    const options = {
      cwd: project.path,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: project.path },
    } as const;
    const args = [cliPath, '--config', project.home, ...command];
    const full = openSync('/dev/full', 'w');
    const result = spawnSync(nodePath, args, { ...options, stdio: ['ignore', full, 'pipe'] });
    closeSync(full);
    assert.equal(result.status, 1);
    assert.match(result.stderr, /^\[ERROR\] /);
    assert.doesNotMatch(result.stderr, /at .*\.js/);
    const piped = spawnSync('sh', ['-c', `"$0" "$@" | true`, nodePath, ...args], options);
    assert.equal(piped.stderr, '');
  });
}

test('list --bytes gives sizes as numbers in JSON', async () => {
  using project = createProject(kit);
  await project.run('pack', 'project', '-t', 'a:1');
  const sizes = async (...args: readonly string[]) => {
    const { stdout } = await project.run('list', '--format', 'json', ...args);
    return (JSON.parse(stdout) as readonly { readonly size: unknown }[]).map(({ size }) => size);
  };
  const [text] = await sizes();
  const [bytes] = await sizes('--bytes');
  assert.equal(typeof text, 'string');
  assert.ok(Number.isInteger(bytes) && Number(bytes) > 0);
});
