import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProject, type Project } from '../support/project.ts';
import type { CliResult } from '../support/runCli.ts';
import { runHosted } from '../support/runHosted.ts';

const files = {
  'base/Kitfile': 'manifestVersion: 1.0.0\nmodel: {path: a.bin}\n',
  'base/a.bin': '1',
  'data/train/Kitfile': 'manifestVersion: 1.0.0\ndatasets: [{path: a.csv}]\n',
  'data/train/a.csv': '1',
};

const watch = ({ directory, home }: Project, ...args: readonly string[]): Promise<CliResult> =>
  runHosted(['--config', home, '--json', 'watch', ...args], { cwd: directory });

const namesIn = async ({ directory, home }: Project): Promise<readonly string[]> => {
  const { stdout } = await runHosted(['--config', home, 'list', '--format', '{{.Repo}} {{.Tags}}'], { cwd: directory });
  return stdout.trim().split('\n').sort();
};

const training = ['--', process.execPath, '-e', 'process.exit(3)'];

test('several directories are watched, each for its own kits; a training starts once and ends all', async () => {
  using project = createProject(files);
  const { code, stderr } = await watch(project, 'base', 'data/train', ...training);
  assert.equal(code, 3, stderr);
  assert.deepEqual(await namesIn(project), ['base [latest]', 'train [latest]']);
  const events = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; directory: string; names: string[] });
  assert.deepEqual(
    events
      .filter(({ type }) => type === 'kit')
      .map(({ directory, names }) => [directory.slice(project.directory.length), names[0]])
      .sort(),
    [
      ['/base', 'base:latest'],
      ['/data/train', 'train:latest'],
    ],
  );
});

test('the config names the kits of its directories, a typed name takes precedence', async () => {
  using project = createProject({
    ...files,
    'kitwright.config.json': '{"kits": {"b": {"directory": "base", "tag": "team/b:v1,v2", "compression": "gzip"}}}',
  });
  await watch(project, 'base', 'data/train', ...training);
  assert.deepEqual(await namesIn(project), ['team/b [v1 v2]', 'train [latest]']);
  const inspected = await runHosted(['--config', project.home, 'inspect', 'team/b:v1'], { cwd: project.path });
  assert.match(inspected.stdout, /tar\+gzip/);
  await watch(project, 'base', '-t', 'other:v1', ...training);
  assert.ok((await namesIn(project)).includes('other [v1]'));
});

for (const args of [['-t', 'x:v1'], ['-f', 'Kitfile'], ['--push', 'r.example.com/x'], ['--ui']])
  test(`${args.join(' ')} is refused for two directories`, async () => {
    using project = createProject(files);
    const { code, stderr } = await watch(project, 'base', 'data/train', ...args);
    assert.equal(code, 2);
    assert.match(stderr, /is for one directory, and 2 would be watched/);
  });

test('two directories whose kits would have one name are refused', async () => {
  using project = createProject({ ...files, 'other/base/Kitfile': files['base/Kitfile'], 'other/base/a.bin': '2' });
  const { code, stderr } = await watch(project, 'base', 'other/base');
  assert.equal(code, 2);
  assert.match(stderr, /Kits of base and of other\/base would both be /);
});

test('a missing directory ends the watch of the other', async () => {
  using project = createProject(files);
  const { code, stderr } = await watch(project, 'base', 'nope');
  assert.equal(code, 2);
  assert.match(stderr, /nope does not exist/);
});
