import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject } from '../support/project.ts';

/** A layer type as somebody else writes it: the number of bytes of its one file, and the file backwards. */
const mirror = (unpack: string) => `
import { readFileSync } from 'node:fs';
export default {
  name: 'kitwright-plugin-mirror',
  apiVersion: 1,
  apply: ({ register, hooks }) => {
    hooks.build.tap(({ hooks: { entry } }) => entry.tap((one) => one.role !== 'docs' ? one
      : { ...one, layerType: 'tar', mediaType: one.mediaType.replace('.mirror', '.tar') }));
    register('layerType', {
    id: 'mirror',
    format: 'mirror',
    compressible: true,
    collect: (tree) => ({ files: [tree.regularFile()] }),
    recipe: ({ files: [file] }, directory) => [
      { kind: 'inline', bytes: readFileSync(directory + '/' + file.path).reverse() },
    ],
    ${unpack}
    });
  },
};
`;

const unpack = `
    async *unpack({ path, size, read }) {
      const bytes = await read(0, size);
      yield { path, size, mode: 0o600, bytes: [Buffer.from(bytes).reverse()] };
    },
    describe: async ({ size }) => [size + ' bytes backwards\\nand a forged line'],
    diff: async (a, b) => [a.size + ' -> ' + b.size + ' bytes'],`;

const Kitfile = 'manifestVersion: 1.0.0\nmodel: {path: a}\ndocs: [{path: b}]\n';

function createMirrored(given = unpack) {
  const project = createProject({ Kitfile, a: 'abc', b: 'docs' });
  addFiles(project.home, { 'config.json': '{"plugins": ["./mirror.mjs"]}', 'mirror.mjs': mirror(given) });
  return project;
}

for (const compression of ['none', 'gzip'])
  test(`a layer type of a plugin is packed, unpacked, described and compared (${compression})`, async () => {
    using project = createMirrored();
    const run = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await project.run(...args);
      assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
      return stdout;
    };
    const pack = ['pack', 'project', '--layer-format', 'mirror', '--compression', compression, '-t'];
    await run(...pack, 'm:v1');
    project.write({ a: 'abcd' });
    await run(...pack, 'm:v2');
    assert.match(await run('inspect', 'm:v1'), /modelkit\.model\.v1\.mirror/);
    await run('unpack', 'm:v1', '-d', 'out');
    assert.equal(readFileSync(join(project.path, 'out/a'), 'utf8'), 'abc');
    const described = compression === 'none' ? /\n# model a\n# {3}3 bytes backwards.*forged line/ : /path: b/;
    assert.match(await run('info', 'm:v1'), described);
    assert.match(await run('diff', 'm:v1', 'm:v2', '--files'), /model a\n-+\n {2}3 -> 4 bytes\n.*~ a\n/s);
  });

test('without the plugin everything else is unpacked, and the package is named', async () => {
  using project = createMirrored();
  await project.run('pack', 'project', '--layer-format', 'mirror', '-t', 'm:v1');
  addFiles(project.home, { 'config.json': '{}' });
  const { code, stderr } = await project.run('unpack', 'm:v1', '-d', 'out');
  assert.equal(code, 2);
  assert.match(
    stderr,
    /layer-format-unknown: No plugin here reads layers .*model\.v1\.mirror: that is the plugin kitwright-plugin-mirror/,
  );
  assert.ok(
    stderr.includes(`"plugins" in ${join(project.home, 'config.json')}: a project's config counts only`),
    stderr,
  );
  assert.equal(readFileSync(join(project.path, 'out/b'), 'utf8'), 'docs');
  const mixed = await project.run('unpack', 'm:v1', '-d', 'out', '-f', 'kitfile');
  assert.equal(mixed.code, 0);
  assert.ok(existsSync(join(project.path, 'out/Kitfile')));
});

test('what info and diff cannot say without the plugin, they say', async () => {
  using project = createMirrored();
  const pack = ['pack', 'project', '--layer-format', 'mirror', '-t'];
  await project.run(...pack, 'm:v1');
  project.write({ a: 'abcd' });
  await project.run(...pack, 'm:v2');
  addFiles(project.home, { 'config.json': '{}' });
  for (const args of [
    ['info', 'm:v1'],
    ['diff', 'm:v1', 'm:v2'],
  ]) {
    const { code, stderr } = await project.run(...args);
    assert.equal(code, 0, stderr);
    assert.equal(
      stderr.match(/No plugin here reads layers .*\.mirror: that is the plugin \S+ If you trust it/g)?.length,
      1,
    );
  }
});

test('a name that is no UTF-8 comes out as its bytes', async () => {
  using project = createMirrored(unpack.replace('yield { path,', "yield { path: Buffer.from('dir/\\xff', 'latin1'),"));
  await project.run('pack', 'project', '--layer-format', 'mirror', '-t', 'm:v1');
  const { code, stderr } = await project.run('unpack', 'm:v1', '-d', 'out');
  assert.equal(code, 0, stderr);
  const names = readdirSync(Buffer.from(join(project.path, 'out/dir')), { encoding: 'buffer' });
  assert.deepEqual(names, [Buffer.from([0xff])]);
});

test('a layer type that nothing could unpack is refused when it packs', async () => {
  using project = createMirrored('');
  const { code, stderr } = await project.run('pack', 'project', '--layer-format', 'mirror', '-t', 'm:v1');
  assert.equal(code, 2);
  assert.match(
    stderr,
    /layer-format-unknown: The layer type mirror makes layers of the type .*nothing here could unpack/,
  );
});

for (const [why, path] of [
  ['outside', '../a'],
  ['absolute', '/a'],
] as const)
  test(`the names that a layer type gives are checked: ${why}`, async () => {
    using project = createMirrored(unpack.replace('yield { path,', `yield { path: ${JSON.stringify(path)},`));
    await project.run('pack', 'project', '--layer-format', 'mirror', '-t', 'm:v1');
    const { code, stderr } = await project.run('unpack', 'm:v1', '-d', 'out/deep');
    assert.equal(code, 4);
    assert.match(stderr, /unpack-refused/);
    assert.ok(!existsSync(join(project.path, 'out/a')));
  });

test('a layer type that gives more or less than it says is named', async () => {
  using project = createMirrored(unpack.replace('yield { path, size,', 'yield { path, size: size + 1,'));
  await project.run('pack', 'project', '--layer-format', 'mirror', '-t', 'm:v1');
  const { code, stderr } = await project.run('unpack', 'm:v1', '-d', 'out');
  assert.equal(code, 1);
  assert.match(stderr, /plugin-failed: A layer type gives 3 bytes of a and said 4/);
  assert.ok(!existsSync(join(project.path, 'out/a')));
});
