import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { fromNative } from '../files/bytePath.ts';
import { createKitwright } from '../host/createKitwright.ts';
import { definePlugin } from '../host/plugin.ts';
import type { Recipe } from '../layers/recipe.ts';
import { tarEnd, tarHeader } from '../layers/tarHeader.ts';
import { rawEntry } from '../layers/testing/rawTar.ts';
import { descriptorOf } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import { layerMediaType } from '../oci/mediaTypes.ts';
import type { Locator, ReadTarget } from '../store/roles.ts';
import { type ElementOptions, unpackElement } from './unpackElement.ts';

const compressors = definePlugin({
  name: 'compressors',
  apiVersion: 1,
  apply({ register }) {
    for (const [suffix, create] of Object.entries({ gzip: 'createGunzip', zstd: 'createZstdDecompress' })) {
      const code = `export { ${create} as decompress } from 'node:zlib';`;
      register('compressor', { id: suffix, suffix, module: `data:text/javascript,${encodeURIComponent(code)}` });
    }
  },
});
const kitwright = createKitwright({ plugins: [compressors], threads: 2 });
after(() => kitwright.close());

const directory = (path: string, mode: number): Buffer => tarHeader({ path, type: 'directory', mode, size: 0 });

interface Layer {
  readonly format?: 'tar' | 'raw';
  readonly diffId?: string;
  readonly compressed?: boolean;
  readonly suffix?: 'gzip' | 'zstd';
  /** Changes what is stored. */
  readonly stored?: (compressed: Buffer) => Buffer;
  /** The stored bytes lie in a file, behind these. */
  readonly before?: Buffer;
}

/** Unpacks a layer of these bytes into `out` of a folder. */
function unpack(folder: string, bytes: Buffer, layer: Layer = {}, rest: Partial<ElementOptions> = {}): Promise<number> {
  const { format = 'tar', diffId = digestOf(bytes), compressed = true, suffix = 'gzip', stored: change } = layer;
  const compress = suffix === 'gzip' ? gzipSync : zstdCompressSync;
  const stored = compressed ? (change ?? ((same) => same))(compress(bytes)) : bytes;
  const descriptor = descriptorOf(layerMediaType('dataset', format, compressed ? suffix : undefined), stored);
  const source: ReadTarget & Partial<Locator> = {
    ...(layer.before ? { locate: () => locate(folder, layer.before ?? Buffer.alloc(0), stored) } : {}),
    name: 'a test',
    exists: async () => true,
    resolve: async () => undefined,
    fetch: async function* (_, range) {
      yield range ? stored.subarray(range.start, range.end) : stored;
    },
  };
  const options: ElementOptions = {
    directory: join(folder, 'out'),
    existing: 'refuse',
    signal: new AbortController().signal,
    ...rest,
  };
  const element = { role: 'dataset', name: undefined, path: 'd', diffId, descriptor } as const;
  return unpackElement(kitwright, element, source, options);
}

function locate(folder: string, before: Buffer, stored: Buffer): Recipe {
  const path = join(folder, 'larger');
  writeFileSync(path, Buffer.concat([before, stored, Buffer.from('behind')]));
  return [{ kind: 'file', path: fromNative(path), offset: before.byteLength, size: stored.byteLength }];
}

const namesIn = (folder: string): readonly string[] =>
  readdirSync(join(folder, 'out'), { recursive: true, encoding: 'utf8' }).sort();

test('a compressed layer becomes the files that it holds, with their modes', async () => {
  using folder = temporaryFolder();
  const large = Buffer.alloc(3_000_000, 'abc');
  const tar = Buffer.concat([
    directory('d', 0o500),
    rawEntry('d/large', large),
    rawEntry('d/empty'),
    rawEntry('e/script', 'x', '0', (header) => header.write('0000755', 100)),
    tarEnd(),
  ]);
  assert.equal(await unpack(folder.path, tar), 3);
  assert.ok(readFileSync(join(folder.path, 'out/d/large')).equals(large));
  assert.equal(readFileSync(join(folder.path, 'out/d/empty'), 'utf8'), '');
  assert.equal(statSync(join(folder.path, 'out/e/script')).mode & 0o777, 0o755 & ~process.umask());
  assert.equal(statSync(join(folder.path, 'out/d')).mode & 0o777, 0o500 & ~process.umask());
});

test('a compressed layer that is no tar is its one file', async () => {
  using folder = temporaryFolder();
  assert.equal(await unpack(folder.path, Buffer.from('weights'), { format: 'raw' }), 1);
  assert.equal(readFileSync(join(folder.path, 'out/d'), 'utf8'), 'weights');
});

test('a compressed layer may lie within a larger file, as in an archive', async () => {
  using folder = temporaryFolder();
  const tar = Buffer.concat([rawEntry('a', 'x'), tarEnd()]);
  assert.equal(await unpack(folder.path, tar, { before: Buffer.from('before') }), 1);
  assert.equal(readFileSync(join(folder.path, 'out/a'), 'utf8'), 'x');
});

test('an empty frame at the end is nothing', async () => {
  using folder = temporaryFolder();
  const stored = (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('28b52ffd2000010000', 'hex')]);
  assert.equal(await unpack(folder.path, small, { suffix: 'zstd', stored }), 1);
});

const small = Buffer.concat([rawEntry('a', 'x'), tarEnd()]);
const refused: Readonly<Record<string, readonly [bytes: Buffer, code: string, layer?: Layer]>> = {
  'another diffId': [
    Buffer.concat([rawEntry('a'), tarEnd()]),
    'descriptor-mismatch',
    { diffId: digestOf(Buffer.alloc(0)) },
  ],
  'an end that is cut off': [small, 'kit-malformed', { stored: (bytes) => bytes.subarray(0, -4) }],
  'zeros behind its compression': [
    small,
    'kit-malformed',
    { stored: (bytes) => Buffer.concat([bytes, Buffer.alloc(9)]) },
  ],
  'a second frame': [small, 'kit-malformed', { suffix: 'zstd', stored: (bytes) => Buffer.concat([bytes, bytes]) }],
  'bytes behind its frame': [
    small,
    'kit-malformed',
    { suffix: 'zstd', stored: (bytes) => Buffer.concat([bytes, Buffer.alloc(9)]) },
  ],
  'no end': [Buffer.concat([rawEntry('a', 'x')]), 'kit-malformed'],
  'a file that is cut off': [rawEntry('a', Buffer.alloc(100_000)).subarray(0, 50_000), 'kit-malformed'],
  'data behind its end': [Buffer.concat([rawEntry('a'), tarEnd(), rawEntry('b')]), 'kit-malformed'],
  'a link': [Buffer.concat([rawEntry('a', 'x'), rawEntry('b', '', '2'), tarEnd()]), 'unpack-refused'],
  'a path that leads out': [Buffer.concat([rawEntry('a', 'x'), rawEntry('../b', 'x'), tarEnd()]), 'unpack-refused'],
  'two files of one name': [Buffer.concat([rawEntry('a', 'x'), rawEntry('a', 'y'), tarEnd()]), 'unpack-refused'],
  'a file and a directory of one name': [
    Buffer.concat([rawEntry('a', 'x'), directory('a', 0o755), tarEnd()]),
    'unpack-refused',
  ],
};

for (const [what, [bytes, code, layer]] of Object.entries(refused))
  test(`a compressed layer with ${what} is refused, and nothing of it stays`, async () => {
    using folder = temporaryFolder();
    await assert.rejects(unpack(folder.path, bytes, layer), { code });
    assert.deepEqual(namesIn(folder.path), []);
  });

for (const compressed of [true, false]) {
  const kind = compressed ? 'compressed' : 'plain';

  test(`a ${kind} layer may name a directory again if nothing changes`, async () => {
    using folder = temporaryFolder();
    const tar = Buffer.concat([directory('d', 0o755), rawEntry('d/a'), directory('d', 0o755), tarEnd()]);
    assert.equal(await unpack(folder.path, tar, { compressed }), 1);
    assert.deepEqual(namesIn(folder.path), ['d', 'd/a']);
  });

  test(`a ${kind} layer with two modes for one directory is refused`, async () => {
    using folder = temporaryFolder();
    const tar = Buffer.concat([directory('d', 0o755), rawEntry('d/a'), directory('d', 0o700), tarEnd()]);
    await assert.rejects(unpack(folder.path, tar, { compressed }), { code: 'kit-malformed' });
    assert.deepEqual(namesIn(folder.path), []);
  });
}

test('what is there stays or is in the way, as the user says', async () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, 'out'));
  writeFileSync(join(folder.path, 'out/a'), 'mine');
  const tar = Buffer.concat([rawEntry('a', 'theirs'), rawEntry('b', 'x'), tarEnd()]);
  await assert.rejects(unpack(folder.path, tar), { code: 'unpack-exists' });
  assert.equal(await unpack(folder.path, tar, {}, { existing: 'keep' }), 1);
  assert.equal(readFileSync(join(folder.path, 'out/a'), 'utf8'), 'mine');
  assert.equal(readFileSync(join(folder.path, 'out/b'), 'utf8'), 'x');
});
