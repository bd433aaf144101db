import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { addFiles } from '../support/hostileConfigs.ts';
import { createKitChain } from '../support/kitChain.ts';
import { createProject } from '../support/project.ts';

async function createNet(files: Readonly<Record<string, string>>, ...flags: readonly string[]) {
  const project = createProject(files);
  const { code, stderr } = await project.run('pack', 'project', '-t', 'net:v1', ...flags);
  assert.equal(code, 0, stderr);
  const refused = async (...args: readonly string[]) => {
    const run = await project.run('image', 'net:v1', ...args);
    assert.notEqual(run.code, 0, run.stdout);
    return { code: run.code, stderr: run.stderr };
  };
  return { ...project, refused };
}

const plain = { Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: a.bin}\n', 'a.bin': 'a' };

for (const type of ['view', 'modelcar', 'raw'])
  test(`names that delete files in an image are refused: ${type}`, async () => {
    using net = await createNet({ Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: src}]\n', 'src/.wh.passwd': '' });
    const { code, stderr } = await net.refused('--type', type, '-t', 'oci:images:x');
    assert.equal(code, 1);
    assert.match(stderr, /image-refused: .*src\/\.wh\.passwd.*deletes the file passwd/);
    assert.ok(!existsSync(join(net.path, 'images')));
  });

test('a raw layer is no layer of a view, and the message says what to do', async () => {
  using net = await createNet(plain, '--layer-format', 'raw');
  const { stderr } = await net.refused('-t', 'oci:images:x');
  assert.match(stderr, /image-refused: The layer model a\.bin cannot be that of a view: it is no tar/);
  assert.match(stderr, /--type modelcar/);
});

test('flags that do not fit the type, or name no place for images, are refused before anything is read', async () => {
  using net = await createNet(plain);
  for (const [args, expected] of [
    ['--base docker.io/library/busybox:1 -t oci:i:x', /--base is for --type modelcar, not for view/],
    ['--type raw --compression gzip -t oci:i:x', /--compression is for --type modelcar/],
    ['--type raw --path x -t oci:i:x', /--path is for --type modelcar and view/],
    ['--type raw --platform linux/arm64 -t oci:i:x', /--platform is for images/],
    ['--platform linux -t oci:i:x', /A platform is written OS\/ARCHITECTURE/],
    ['--type modelcar --path ../x -t oci:i:x', /a path that is refused/],
    ['--type modelcar --base busybox -t oci:i:x', /docker\.io\/library\/busybox/],
    ['-t net:v2', /names the local store/],
    ['-t store:net:v2', /names the local store/],
    ['', /Name it with --tag/],
    ['--filter nonsense -t oci:i:x', /filter-invalid/],
    ['--filter docs -t oci:i:x', /no layer is selected/],
  ] as const) {
    const { stderr } = await net.refused(...args.split(' ').filter(Boolean));
    assert.match(stderr, expected, args);
  }
});

test('no kit loses its name to its image', async () => {
  using net = await createNet(plain);
  await using registry = await startRegistry();
  await net.run('tag', 'net:v1', `${registry.host}/net:v1`);
  await net.run('push', `${registry.host}/net:v1`);
  const { stderr } = await net.refused('-t', `${registry.host}/net:v1`);
  assert.match(stderr, /image-refused: The tag v1 names a ModelKit/);
  assert.match(stderr, /v1-image/);
});

test('rules and pins hold for the kit of an image', async () => {
  using chain = await createKitChain();
  writeFileSync(join(chain.home, 'config.json'), '{"verify":[{"match":"team/child","keys":["../cosign.pub"]}]}');
  const refused = await chain.run('image', 'team/child:v1', '-t', 'oci:images:x');
  assert.equal(refused.code, 4, refused.stderr);
  assert.match(refused.stderr, /policy-refused/);
  assert.ok(!existsSync(join(chain.path, 'images')));
  await chain.succeed('image', 'team/base:v1', '-t', 'oci:images:x');
  await chain.succeed('pin', 'team/base:v1');
  chain.write({ 'base/base.bin': 'other' });
  await chain.succeed('pack', 'project/base', '-t', 'team/base:v1');
  const moved = await chain.run('image', 'team/base:v1', '-t', 'oci:images:y');
  assert.match(moved.stderr, /pin-mismatch/);
});

test('a base that is no image is refused', async () => {
  using net = await createNet(plain);
  await net.run('copy', 'net:v1', 'oci:kits:v1');
  const { stderr } = await net.refused('--type', 'modelcar', '--base', 'oci:kits:v1', '-t', 'oci:images:x');
  assert.match(stderr, /image-refused: oci:kits:v1 cannot be the base: it is no container image/);
});

/** A layer type as somebody else writes it: the bytes of its one file, backwards. */
const backwards = `
import { readFileSync } from 'node:fs';
export default {
  name: 'kitwright-plugin-backwards',
  apiVersion: 1,
  apply: ({ register }) => register('layerType', {
    id: 'backwards',
    format: 'backwards',
    compressible: true,
    collect: (tree) => ({ files: [tree.regularFile()] }),
    recipe: ({ files: [file] }, directory) => [
      { kind: 'inline', bytes: readFileSync(directory + '/' + file.path).reverse() },
    ],
    async *unpack({ path, size, read }) {
      yield { path, size, bytes: [Buffer.from(await read(0, size)).reverse()] };
    },
  }),
};
`;

test("a layer of a plugin's own type is no layer of a view; its files can be had, as long as the plugin is here", async () => {
  using net = createProject({ ...plain, 'a.bin': 'abc' });
  addFiles(net.home, { 'config.json': '{"plugins": ["./backwards.mjs"]}', 'backwards.mjs': backwards });
  const packed = await net.run('pack', 'project', '-t', 'net:v1', '--layer-format', 'backwards');
  assert.equal(packed.code, 0, packed.stderr);
  const view = await net.run('image', 'net:v1', '-t', 'oci:images:view');
  assert.match(view.stderr, /image-refused: The layer model a\.bin cannot be that of a view: it is no tar/);
  const car = await net.run('--json', 'image', 'net:v1', '--type', 'raw', '-t', 'oci:images:raw');
  assert.equal(car.code, 0, car.stderr);
  const out = await net.run('unpack', 'oci:images:raw', '-d', 'out');
  assert.equal(out.code, 0, out.stderr);
  assert.equal(readFileSync(join(net.path, 'out', 'a.bin'), 'utf8'), 'abc');
  writeFileSync(join(net.home, 'config.json'), '{}');
  const without = await net.run('image', 'net:v1', '--type', 'modelcar', '-t', 'oci:images:car');
  assert.match(without.stderr, /layer-format-unknown: .*kitwright-plugin-backwards/);
});
