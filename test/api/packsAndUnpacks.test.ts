import assert from 'node:assert/strict';
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { compression } from '@kitwright/compression';
import { createKitwright, openStore, pack, unpack } from '@kitwright/core';
import { layerTypes } from '@kitwright/layer-types';
import fc from 'fast-check';
import { temporaryFolder } from '../support/temporaryFolder.ts';

// Everything that was packed unpacks with the same bytes, names and modes.

const kitwright = createKitwright({ plugins: [layerTypes(), compression()], threads: 2 });
after(() => kitwright.close());

const kitfile = 'manifestVersion: 1.0.0\nmodel: {path: part}\ncode: [{path: .}]\n';

/** Paths as text whose characters are bytes. */
const nativePath = (path: string) => Buffer.from(path, 'latin1');

interface Node {
  readonly path: string;
  /** Undefined = a directory. */
  readonly content?: Uint8Array;
  readonly mode: number;
  readonly link?: string;
}

const anyByte = fc.integer({ min: 1, max: 255 }).filter((byte) => byte !== 0x2f);
const bytes = fc.array(anyByte, { minLength: 1, maxLength: 12 }).map((list) => String.fromCharCode(...list));
const odd = fc.constantFrom(
  'end.',
  'end ',
  ' ',
  '...',
  '..x',
  '-rf',
  'a:b',
  'CON',
  'back\\slash',
  'new\nline',
  'é',
  'é'.normalize('NFD'),
  'n'.repeat(99),
  'n'.repeat(100),
  'n'.repeat(101),
  'n'.repeat(255),
  'Kitfile.txt',
  '.kitignore2',
);
const name = (process.platform === 'linux' ? fc.oneof(bytes, odd) : fc.stringMatching(/^[a-z0-9]{1,20}$/))
  .map((text) => Buffer.from(text).toString('latin1').slice(0, 255))
  .filter((text) => !['.', '..'].includes(text));
const depth = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 0, max: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(12, 260) },
);
const content = fc
  .tuple(fc.constantFrom(0, 1, 511, 512, 513, 4096, 70_000, 262_145, 1_100_000), fc.integer({ min: 0, max: 255 }))
  .map(([size, seed]) => Uint8Array.from({ length: size }, (_, i) => (i * 31 + seed) & 0xff));
const node = fc.record({
  inPart: fc.boolean(),
  above: fc.tuple(name, depth),
  name,
  content: fc.option(content, { nil: undefined, freq: 3 }),
  mode: fc.integer({ min: 0, max: 0o777 }),
});

const tree = fc.array(node, { maxLength: 12 }).map((nodes) =>
  nodes.map(({ inPart, above: [directory, levels], name: own, content: bytes_, mode }): Node => {
    const deep = Array.from({ length: levels }, (_, i) => (levels > 3 ? 'd' : `${directory}`.slice(0, 40 + i)));
    const path = [inPart ? 'part' : 'whole', ...deep, own].join('/');
    return bytes_ ? { path, content: bytes_, mode: mode | 0o400 } : { path, mode: mode | 0o500 };
  }),
);

/** Makes the entries that do not conflict with existing ones. */
const write = (root: string, nodes: readonly Node[]): void => {
  mkdirSync(join(root, 'part'), { recursive: true });
  writeFileSync(join(root, 'Kitfile'), kitfile);
  const made: Node[] = [];
  for (const one of nodes) {
    const at = nativePath(`${root}/${one.path}`);
    try {
      mkdirSync(one.content || one.link ? nativePath(`${root}/${one.path.replace(/\/[^/]*$/, '')}`) : at, {
        recursive: true,
      });
      if (one.link) symlinkSync(nativePath(one.link), at);
      else if (one.content) writeFileSync(at, one.content, { flag: 'wx' });
      made.push(one);
    } catch {
      // A file exists where a directory would be, or the other way round.
    }
  }
  for (const { path, mode, link } of made.toSorted((a, b) => b.path.length - a.path.length))
    if (!link) chmodSync(nativePath(`${root}/${path}`), mode);
};

/** Everything below a directory except links and Kitfiles: path, mode as after an unpack, and bytes. */
const read = (root: string, path = ''): readonly string[] =>
  (readdirSync(nativePath(`${root}/${path}`) as unknown as string, { encoding: 'latin1' }) as string[])
    .filter((entry) => path !== '' || entry !== 'Kitfile')
    .sort()
    .flatMap((entry) => {
      const [below, at] = [`${path}${entry}`, nativePath(`${root}/${path}${entry}`)];
      const stats = lstatSync(at);
      if (stats.isSymbolicLink()) return [];
      const mode = (stats.mode & 0o777 & ~process.umask()).toString(8);
      if (stats.isDirectory()) return [`${below}/ ${mode}`, ...read(root, `${below}/`)];
      return [`${below} ${mode} ${readFileSync(at).toString('base64')}`];
    });

const roundTrip = async (nodes: readonly Node[], how: string | undefined) => {
  using folder = temporaryFolder();
  const [directory, out] = [join(folder.path, 'project'), join(folder.path, 'out')];
  write(directory, nodes);
  const store = openStore(join(folder.path, 'data'));
  await pack(kitwright, { directory, store, name: 'k', ...(how ? { compression: how } : {}) });
  await unpack(kitwright, { name: 'k', store, directory: out });
  return { before: read(directory), after: read(out) };
};

test('random trees that pack also unpack, byte for byte', () =>
  fc.assert(
    fc.asyncProperty(tree, fc.constantFrom(undefined, undefined, 'gzip', 'zstd'), async (nodes, how) => {
      const { before, after: unpacked } = await roundTrip(nodes, how);
      assert.deepEqual(unpacked, before);
    }),
    { numRuns: Number(process.env['SEEDS'] ?? 10) },
  ));

const target = fc.constantFrom(
  '.',
  '..',
  '../part',
  '../whole',
  '/',
  '/etc/passwd',
  'nowhere',
  'x'.repeat(300),
  '../part/link',
  '../../..',
);

test('random trees with links pack and unpack, and links lose no file', () =>
  fc.assert(
    fc.asyncProperty(tree, fc.array(fc.tuple(fc.boolean(), target), { maxLength: 8 }), async (nodes, targets) => {
      const links = targets.map(
        ([inPart, link], i): Node => ({ path: `${inPart ? 'part' : 'whole'}/link${i || ''}`, mode: 0, link }),
      );
      const { before, after: unpacked } = await roundTrip([...links, ...nodes], undefined);
      const kept = new Set(unpacked);
      assert.deepEqual(
        before.filter((entry) => !kept.has(entry)),
        [],
      );
      assert.ok(!unpacked.some((entry) => entry.includes('passwd')));
    }),
    { numRuns: Number(process.env['SEEDS'] ?? 10) },
  ));

test('read-only directories unpack for every user, also if several layers have files in them', async () => {
  await roundTrip([], undefined);
  await asNobody(async () => {
    using folder = temporaryFolder();
    const [directory, out] = [join(folder.path, 'project'), join(folder.path, 'out')];
    for (const path of ['d/e', 'd/f', 'ro']) mkdirSync(join(directory, path), { recursive: true });
    for (const path of ['d/e/x', 'd/f/y', 'ro/z']) writeFileSync(join(directory, path), path);
    const sections = 'model: {path: d/e}\ncode: [{path: d/f}, {path: ro}]\n';
    writeFileSync(join(directory, 'Kitfile'), `manifestVersion: 1.0.0\n${sections}`);
    for (const path of ['d/e', 'd/f', 'd', 'ro']) chmodSync(join(directory, path), 0o555);
    const store = openStore(join(folder.path, 'data'));
    await pack(kitwright, { directory, store, name: 'k' });
    await unpack(kitwright, { name: 'k', store, directory: out });
    assert.deepEqual(read(out), read(directory));
  });
});

/** Root may write everywhere, so this test runs as another user. */
async function asNobody(run: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return run();
  process.seteuid?.(65534);
  try {
    await run();
  } finally {
    process.seteuid?.(0);
  }
}
