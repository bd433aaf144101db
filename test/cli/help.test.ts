import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';

test('explain knows every code, and refuses unknown ones', async () => {
  using project = createProject({});
  const list = await project.run('explain', '--json');
  const codes = Object.keys((JSON.parse(list.stdout) as { readonly codes: object }).codes);
  assert.ok(codes.includes('descriptor-mismatch') && codes.length > 30);
  assert.match((await project.run('explain', 'unauthorized')).stdout, /exit status 3/);
  assert.equal((await project.run('explain', 'nosuch')).code, 2);
});

test('the help groups all commands, and housekeeping comes last', async () => {
  using project = createProject({});
  const { stdout } = await project.run('--help');
  assert.deepEqual(stdout.match(/^[A-Z].*:$/gm), [
    'Options:',
    'Make kits:',
    'Use kits:',
    'Deploy kits:',
    'Move kits:',
    'Attach to kits:',
    'Sign kits:',
    'Help and housekeeping:',
    'Examples:',
  ]);
});

test('schema prints JSON, doctor checks and changes nothing in the project', async () => {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\n' });
  const schema = JSON.parse((await project.run('schema', 'kitfile')).stdout) as { readonly title: string };
  assert.equal(schema.title, 'Kitfile');
  const { checks } = JSON.parse((await project.run('doctor', '--json')).stdout) as {
    readonly checks: readonly { readonly what: string; readonly state: string; readonly found: string }[];
  };
  for (const what of ['Node', 'clock', 'store: reflink', 'here: file system', 'plugins'])
    assert.ok(
      checks.some((check) => check.what === what),
      what,
    );
  assert.match(checks.find(({ what }) => what === 'plugins')?.found ?? '', /@kitwright\/registry \d+\.\d+\.\d+/);
});

test('completion writes a script for each shell, and knows the local kits', async () => {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\n' });
  for (const shell of ['bash', 'zsh', 'fish', 'powershell'])
    assert.match((await project.run('completion', shell)).stdout, /kitwright/);
  await project.run('pack', 'project', '-t', 'net:v1');
  const complete = (...words: readonly string[]) =>
    runCli(['complete', '--', ...words], { cwd: project.path, env: { KITWRIGHT_HOME: project.home } });
  assert.match((await complete('unpack', '')).stdout, /^net:v1\t?$/m);
  assert.match((await complete('un')).stdout, /^unpack\t/m);
});

test('completion scripts can leave out descriptions, and complete the alias kit', async () => {
  using project = createProject({});
  const bash = await project.run('completion', 'bash', '--no-descriptions');
  assert.match(bash.stdout, /kitwright --words-only complete -- /);
  assert.match(bash.stdout, /complete -F __kitwright_complete kit$/m);
  const run = (...args: readonly string[]) => runCli(args, { cwd: project.path });
  assert.match((await run('complete', '--', 'un')).stdout, /^unpack\tUnpack/m);
  assert.match((await run('--words-only', 'complete', '--', 'un')).stdout, /^unpack\t?$/m);
  assert.match((await run('--words-only', 'complete', '--', 'push', '--pl')).stdout, /^--plain-http\t?$/m);
  assert.match((await run('completion', 'zsh', '--help')).stdout, /For this shell, and for every new one:/);
  assert.equal((await run('completion', 'nosuch')).code, 2);
});

test('the notice of newer versions is turned off and on by the same file as in kit', async () => {
  using project = createProject({});
  const off = join(project.home, 'disable-update-notifications');
  for (const [flag, expected] of [
    ['--show-update-notifications=false', true],
    ['--show-update-notifications', false],
  ] as const) {
    const { code, stdout } = await project.run('version', flag);
    assert.deepEqual([code, stdout], [0, '']);
    assert.equal(existsSync(off), expected);
  }
});
