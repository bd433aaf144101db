import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { createKitwright } from '../host/createKitwright.ts';
import { definePlugin } from '../host/plugin.ts';
import { tarEnd, tarHeader } from '../layers/tarHeader.ts';
import { rawEntry } from '../layers/testing/rawTar.ts';
import { descriptorOf } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import { layerMediaType } from '../oci/mediaTypes.ts';
import type { ReadTarget } from '../store/roles.ts';
import { type ElementOptions, unpackElement } from './unpackElement.ts';

const gzip = definePlugin({
  name: 'gzip',
  apiVersion: 1,
  apply({ register }) {
    const code = `import { createGunzip } from 'node:zlib'; export const decompress = () => createGunzip();`;
    register('compressor', { id: 'gzip', suffix: 'gzip', module: `data:text/javascript,${encodeURIComponent(code)}` });
  },
});
const kitwright = createKitwright({ plugins: [gzip], threads: 2 });
after(() => kitwright.close());

const directory = (path: string, mode: number): Buffer => tarHeader({ path, type: 'directory', mode, size: 0 });

interface Layer {
  readonly format?: 'tar' | 'raw';
  readonly diffId?: string;
  readonly compressed?: boolean;
}

/** Unpacks a layer of these bytes into `out` of a folder. */
function unpack(
  folder: string,
  bytes: Buffer,
  { format = 'tar', diffId = digestOf(bytes), compressed = true }: Layer = {},
  rest: Partial<ElementOptions> = {},
): Promise<number> {
  const stored = compressed ? gzipSync(bytes) : bytes;
  const descriptor = descriptorOf(layerMediaType('dataset', format, compressed ? 'gzip' : undefined), stored);
  const source: ReadTarget = {
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

const refused: Readonly<Record<string, readonly [bytes: Buffer, code: string, layer?: Layer]>> = {
  'another diffId': [
    Buffer.concat([rawEntry('a'), tarEnd()]),
    'descriptor-mismatch',
    { diffId: digestOf(Buffer.alloc(0)) },
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
