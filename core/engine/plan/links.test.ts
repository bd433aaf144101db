import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { fromNative, textOf } from '../files/bytePath.ts';
import { listDirectory } from '../files/walk.ts';
import type { PlanEntry } from '../host/nouns.ts';
import { layerTree } from './collectFiles.ts';
import { linkBounds } from './followLink.ts';
import { readIgnoreRules } from './ignoreRules.ts';
import { createLinkReport } from './linkReport.ts';
import { openPacked } from './openPacked.ts';

/** A text, a link, or so many bytes that take no room. */
type Tree = Readonly<Record<string, string | { readonly to: string } | number>>;

const to = (target: string) => ({ to: target });

/** Makes a tree and plans one layer of `packed` in it: the names of its files, where they come from, what is said. */
const plan = (tree: Tree, path = '.', packed = 'project') => {
  using folder = temporaryFolder();
  for (const [name, content] of Object.entries({ [`${packed}/.keep`]: '', ...tree })) {
    const at = join(folder.path, name);
    mkdirSync(dirname(at), { recursive: true });
    if (typeof content === 'string') writeFileSync(at, content);
    else if (typeof content === 'number') {
      writeFileSync(at, '');
      truncateSync(at, content);
    } else symlinkSync(content.to.replace('<folder>', folder.path), at);
  }
  const directory = fromNative(join(folder.path, packed));
  const links = createLinkReport();
  using opened = openPacked(textOf(directory));
  const warnings: string[] = [];
  const options = {
    directory,
    rules: readIgnoreRules(directory),
    bounds: linkBounds(directory, opened),
    links,
    list: listDirectory,
    skip: () => false,
    isStore: undefined,
    claimed: new Set([path]),
    onMany: () => undefined,
    builtAt: () => undefined,
    diagnostic: ({ message }: { readonly message: string }) => void warnings.push(message),
  };
  const entry: PlanEntry = {
    id: 'model',
    role: 'model',
    name: undefined,
    path,
    clean: path,
    layerType: 'tar',
    compression: undefined,
    mediaType: '',
    annotations: {},
  };
  const files = layerTree(options, entry).entries();
  return {
    names: files.flatMap(({ path: name, type }) => (type === 'file' && !name.endsWith('.keep') ? [textOf(name)] : [])),
    said: links.text() ?? '',
    warnings,
  };
};

test('what a link within the packed directory leads to is packed under its name: files, directories, links below them', () => {
  const { names, said } = plan({
    'project/real/w': '1',
    'project/real/also': to('w'),
    'project/real/deep': to('../other'),
    'project/other/x': '2',
    'project/link': to('real'),
  });
  assert.deepEqual(names, ['link/also', 'link/deep/x', 'link/w', 'other/x', 'real/also', 'real/deep/x', 'real/w']);
  assert.equal(
    said,
    '5 links were followed, what they lead to is packed under their names: link/also, link/deep, link and 2 more.',
  );
});

test('odd links are left out, and the rest is packed', () => {
  const { names, said } = plan({
    'outside/secret': '0',
    'project/a': '1',
    'project/circle': to('circle'),
    'project/dangling': to('nowhere'),
    'project/through-a-file': to('a/b'),
    'project/long': to('n'.repeat(300)),
    'project/pair1': to('pair2'),
    'project/pair2': to('pair1'),
    'project/absolute': to('<folder>/outside/secret'),
    'project/relative': to('../outside'),
    'project/over': to('out-and-in'),
    'project/out-and-in': to('../outside/../project/a'),
    'project/device': to('/dev/null'),
    'project/d/up': to('..'),
  });
  assert.deepEqual(names, ['a', 'out-and-in', 'over']);
  assert.match(said, /2 links were followed.*: out-and-in, over\. 10 links were left out: /);
  assert.match(said, /circle, dangling, long and 3 more lead nowhere; /);
  assert.match(said, /absolute, device, relative lead out of the packed directory; /);
  assert.match(said, /d\/up leads to a directory above itself\.$/);
});

test('links to each other end', () => {
  const { names, said } = plan({
    'project/a/f': '1',
    'project/a/b': to('../b'),
    'project/b/g': '2',
    'project/b/a': to('../a'),
    'project/b/all': to('..'),
  });
  assert.deepEqual(names, ['a/b/g', 'a/f', 'b/a/f', 'b/g']);
  assert.match(said, /3 lead|lead to directories above themselves/);
});

test('packages that link to each other do not multiply without an end', () => {
  const packages = Array.from({ length: 40 }, (_, i) => `p${i}`);
  const tree = Object.fromEntries(
    packages.flatMap((name) => [
      [`project/packages/${name}/index.js`, name],
      ...packages.map((other) => [`project/packages/${name}/node_modules/${other}`, to(`../../${other}`)] as const),
    ]),
  );
  const { names, said } = plan(tree);
  assert.ok(names.length < 200_000, `${names.length}`);
  for (const name of packages) assert.ok(names.includes(`packages/${name}/index.js`));
  assert.match(said, /lead to more copies of directories/);
});

const snapshot = 'hub/models--org--net/snapshots/0000000000000000000000000000000000000007';

const cached: Tree = {
  'hub/models--org--net/blobs/aaa': 'weights',
  'hub/models--org--net/blobs/bbb': '{}',
  'hub/models--org--net/refs/main': '7',
  [`${snapshot}/model.safetensors`]: to('../../blobs/aaa'),
  [`${snapshot}/sub/config.json`]: to('../../../blobs/bbb'),
};

test('a snapshot of the hub is packed by its own path: links to blobs of the same repository are followed', () => {
  const { names } = plan(cached, '.', snapshot);
  assert.deepEqual(names, ['model.safetensors', 'sub/config.json']);
});

test('nothing but files right in those blobs is reached from a snapshot', () => {
  const { names, said } = plan(
    {
      ...cached,
      'hub/models--org--other/blobs/ccc': 'of another repository',
      'hub/models--org--net/blobs/deep/ddd': 'below',
      'hub/models--org--net/blobs/passwd': to('/etc/passwd'),
      secret: 's',
      [`${snapshot}/other`]: to('../../../models--org--other/blobs/ccc'),
      [`${snapshot}/deep`]: to('../../blobs/deep/ddd'),
      [`${snapshot}/all`]: to('../../blobs'),
      [`${snapshot}/refs`]: to('../../refs/main'),
      [`${snapshot}/secret`]: to('../../../../secret'),
      [`${snapshot}/passwd`]: to('../../blobs/passwd'),
      [`${snapshot}/direct`]: to('/etc/passwd'),
    },
    '.',
    snapshot,
  );
  assert.deepEqual(names, ['model.safetensors', 'sub/config.json']);
  assert.match(said, /7 links were left out: all, deep, direct and 4 more lead out of the packed directory\.$/);
});

test('blobs that are a link lend nothing', () => {
  const { names } = plan(
    {
      'etc/passwd': 'x',
      'h/models--a--b/blobs': to('../../etc'),
      'h/models--a--b/snapshots/1/f': to('../../blobs/passwd'),
    },
    '.',
    'h/models--a--b/snapshots/1',
  );
  assert.deepEqual(names, []);
});

test('a snapshot within the packed directory is reached over a link to it', () => {
  const within = Object.fromEntries(Object.entries(cached).map(([name, content]) => [`project/${name}`, content]));
  const { names } = plan({ ...within, 'project/net': to(snapshot) }, 'net');
  assert.deepEqual(names, ['net/model.safetensors', 'net/sub/config.json']);
});

test('the path of a layer may lead over links', () => {
  const tree = { 'project/runs/12/w': '1', 'project/current': to('runs/12'), 'project/w': to('current/w') };
  assert.deepEqual(plan(tree, 'current').names, ['current/w']);
  assert.deepEqual(plan(tree, 'current/w').names, ['current/w']);
  assert.deepEqual(plan(tree, 'w').names, ['w']);
  assert.match(plan(tree, 'w').said, /^1 link was followed, what it leads to is packed under its name: w\.$/);
});

for (const [what, target, code] of [
  ['to nothing', 'nowhere', 'layer-path-missing'],
  ['in a circle', 'layer', 'layer-path-missing'],
  ['over a name that is too long', 'n'.repeat(300), 'layer-path-missing'],
  ['outside', '../outside', 'layer-path-outside'],
  ['to a file outside', '/etc/passwd', 'layer-path-outside'],
  ['to what .kitignore leaves out', 'ignored', 'layer-path-refused'],
] as const)
  test(`the path of a layer that is a link ${what} is an error`, () => {
    const tree = { 'outside/x': '1', 'project/ignored/x': '1', 'project/.kitignore': 'ignored\n' };
    assert.throws(() => plan({ ...tree, 'project/layer': to(target) }, 'layer'), { code });
  });

test('the path of a layer that cannot exist is missing', () => {
  for (const path of ['n'.repeat(300), 'circle/x', 'file/x'])
    assert.throws(() => plan({ 'project/circle': to('circle'), 'project/file': '' }, path), {
      code: 'layer-path-missing',
    });
});

test('what .kitignore leaves out comes in by no link', () => {
  const { names, said } = plan({
    'project/.kitignore': 'secret\n**/*.key\nhidden\n',
    'project/secret/x': '1',
    'project/a.key': '2',
    'project/d/b.key': '3',
    'project/d/c': '4',
    'project/to-dir': to('secret'),
    'project/to-file': to('secret/x'),
    'project/to-key': to('a.key'),
    'project/e': to('d'),
    'project/hidden': to('d'),
  });
  assert.deepEqual(names, ['d/c', 'e/c']);
  assert.match(said, /to-dir, to-file, to-key lead to what \.kitignore leaves out/);
  assert.doesNotMatch(said, /hidden/);
});

test('a link that would make a path too long is left out', () => {
  const long = 'n'.repeat(250);
  const tree = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [
      [`project/${String.fromCharCode(97 + i)}${long}/f`, '1'],
      ...(i < 11
        ? [[`project/${String.fromCharCode(97 + i)}${long}/${long}`, to(`../${String.fromCharCode(98 + i)}${long}`)]]
        : []),
    ]).flat(),
  ) as Tree;
  const { names } = plan(tree);
  for (const name of names) assert.ok(name.length <= 4096);
});

test('links bring in a large file some times, and different ones as often as there are', () => {
  const size = 500 * 1024 ** 2;
  const links = (targetOf: (i: number) => string) =>
    Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`project/l/${i}`, to(`../${targetOf(i)}`)]));
  const same = plan({ 'project/big': size, ...links(() => 'big') }, 'l');
  assert.equal(same.names.length, 12);
  assert.match(same.said, /and 25 more lead to more copies of files/);
  const directories = plan({ 'project/d/big': size, ...links(() => 'd') }, 'l');
  assert.equal(directories.names.length, 12);
  const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`project/${i}`, size]));
  assert.equal(plan({ ...files, ...links(String) }, 'l').names.length, 40);
});

test('links to one directory outside of the layer do not multiply what it holds', () => {
  const ends = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`project/both/s${i}`, to('../f')]));
  const links = (targetOf: (i: number) => string) =>
    Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`project/l/d${i}`, to(targetOf(i))]));
  const { names, said } = plan({ 'project/f': 'some', ...ends, ...links(() => '../both') }, 'l');
  assert.ok(names.length > 600 && names.length < 110_000, `${names.length}`);
  assert.match(said, /lead to more copies of directories/);
  // Each leads to the directory below the last one's target.
  const deep = (i: number) => `../${Array.from({ length: i + 1 }, (_, n) => `d${n}`).join('/')}`;
  const files = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`project${deep(i).slice(2)}/f`, '']));
  const chain = plan({ ...files, ...links(deep) }, 'l');
  assert.ok(chain.names.length > 600 && chain.names.length < 110_000, `${chain.names.length}`);
});

test('links to one small file count with its bytes', () => {
  const size = 63 * 1024;
  const links = Object.fromEntries(Array.from({ length: 18_000 }, (_, i) => [`project/l/${i}`, to('../small')]));
  const { names, said } = plan({ 'project/small': size, ...links }, 'l');
  assert.ok(names.length * size < 1.1 * 1024 ** 3, `${names.length}`);
  assert.match(said, /lead to more copies of files/);
});
