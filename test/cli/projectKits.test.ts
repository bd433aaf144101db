import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createProject, type Project } from '../support/project.ts';
import type { CliResult } from '../support/runCli.ts';
import { runHosted } from '../support/runHosted.ts';

const kitfile = (name: string, model: string) =>
  `manifestVersion: 1.0.0\npackage: {name: ${name}}\nmodel: {path: ${model}}\n`;

/** Two kits, of which one refers to the other; `own` is added to their entries in the config. */
const createKits = (own: object = {}, top: object = {}, prefix = ''): Project => {
  const kits = {
    child: { directory: 'child', tag: `${prefix}child:v1` },
    base: { directory: 'base', tag: `${prefix}base:v1`, ...own },
  };
  return createProject({
    'base/Kitfile': kitfile('base', 'a.bin'),
    'base/a.bin': 'weights',
    'base/other.yaml': kitfile('other', 'a.bin'),
    'child/Kitfile': kitfile('child', `${prefix}base:v1`),
    'kitwright.config.json': JSON.stringify({ ...top, kits }),
  });
};

const run = (project: Project, args: string, env: Readonly<Record<string, string>> = {}): Promise<CliResult> =>
  runHosted(['--json', '--config', project.home, ...args.split(' ')], { cwd: project.directory, env });

const documents = ({
  stdout,
}: CliResult): readonly { kit: string; names: string[]; layers: { mediaType: string }[] }[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const mediaType = async (...args: Parameters<typeof run>) => documents(await run(...args))[0]?.layers[0]?.mediaType;

const fromConfig = [
  ['--compression zstd', { KITWRIGHT_COMPRESSION: 'zstd' }, { compression: 'gzip' }, /\+zstd$/, /\+gzip$/],
  ['--layer-format tar', { KITWRIGHT_LAYER_FORMAT: 'tar' }, { layerFormat: 'raw' }, /\.tar$/, /\.raw$/],
] as const;

for (const [flag, env, own, typed, configured] of fromConfig) {
  test(`${flag} and the environment take precedence over the settings of a kit in the config`, async () => {
    using project = createKits(own);
    for (const args of ['pack --filter base', 'pack base']) {
      assert.match((await mediaType(project, args)) ?? '', configured);
      assert.match((await mediaType(project, `${args} ${flag}`)) ?? '', typed);
      assert.match((await mediaType(project, args, env)) ?? '', typed);
    }
  });
}

test('settings of one kit take precedence over settings of all kits', async () => {
  using project = createKits({ compression: 'gzip' }, { compression: 'zstd' });
  const [base, child] = documents(await run(project, 'pack --all'));
  assert.match(base?.layers[0]?.mediaType ?? '', /\+gzip$/);
  assert.deepEqual([base?.kit, child?.kit, child?.names], ['base', 'child', ['child:v1']]);
});

test('a directory of the config is packed with its settings', async () => {
  using project = createKits();
  assert.deepEqual(
    documents(await run(project, 'pack base')).map(({ names }) => names),
    [['base:v1']],
  );
  assert.deepEqual(documents(await run(project, 'pack base -t x:v2'))[0]?.names, ['x:v2']);
  assert.deepEqual(
    documents(await run(project, 'pack base -f other.yaml'))[0]?.names,
    [],
    'another Kitfile, another kit',
  );
});

test('of two kits in one directory the Kitfile decides', async () => {
  using project = createProject({
    Kitfile: kitfile('one', 'a'),
    'two.yaml': kitfile('two', 'a'),
    a: '1',
    'kitwright.config.json': '{"kits": {"one": {"tag": "one:v1"}, "two": {"tag": "two:v1", "file": "two.yaml"}}}',
  });
  assert.deepEqual(documents(await run(project, 'pack . -f two.yaml'))[0]?.names, ['two:v1']);
  assert.deepEqual(documents(await run(project, 'pack . -f Kitfile'))[0]?.names, ['one:v1']);
});

for (const flag of ['-t x:v1', '-f base/other.yaml'])
  test(`${flag} is refused for several kits, and applies to one`, async () => {
    using project = createKits();
    const { code, stderr } = await run(project, `pack --all ${flag}`);
    assert.equal(code, 2);
    assert.match(stderr, /--(?:tag|file) is for one kit, and 2 would be packed/);
    assert.equal((await run(project, `pack --filter base ${flag}`)).code, 0);
  });

test('an error of one kit of several names it', async () => {
  using project = createKits();
  project.write({ 'child/Kitfile': `${kitfile('child', 'base:v1')}docs: [{path: nope}]\n` });
  const { code, stdout, stderr } = await run(project, 'pack --all');
  const { error } = JSON.parse(stderr) as { error: { code: string; data: { kit: string } } };
  assert.deepEqual([code, error.code, error.data.kit], [2, 'layer-path-missing', 'child']);
  assert.match(stdout, /"kit":"base"/);
});

test('--check asks the registry for kits that the local store lacks, and packs no parents', async () => {
  await using registry = await startRegistry();
  using project = createKits({}, {}, `${registry.host}/team/`);
  const env = { KITWRIGHT_PLAIN_HTTP: '1' };
  const check = async (home: string) =>
    runHosted(['--config', home, '--json', 'pack', '--all', '--check'], { cwd: project.directory, env });
  const before = await check('new');
  assert.equal(before.code, 5, before.stderr);
  assert.match(before.stdout, /"upToDate":false,"digest":null,"stored":null,"missing":"127/);
  assert.equal((await run(project, 'pack --all --push', env)).code, 0);
  const there = await check('another');
  assert.equal(there.code, 0, there.stdout + there.stderr);
  project.write({ 'base/a.bin': 'changed' });
  assert.equal((await check('another')).code, 5);
});

test('--check compares every tag', async () => {
  using project = createKits();
  await run(project, 'pack base -t x:v1');
  assert.equal((await run(project, 'pack base -t x:v1 --check')).code, 0);
  assert.equal((await run(project, 'pack base -t x:v1,v2 --check')).code, 5);
});
