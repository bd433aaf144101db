import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { createKitwright, openStore, pack, unpack } from '@kitwright/core';
import { testCompressor } from '@kitwright/testkit';
import { defaultPlugins } from 'kitwright/plugins';
import plugin from '../src/index.ts';

const folder = await mkdtemp(join(tmpdir(), 'my-plugin-'));
after(() => rm(folder, { recursive: true, force: true }));
const store = openStore(join(folder, 'store'));
const kitwright = createKitwright({ plugins: [...defaultPlugins({ home: store.root }), plugin()], threads: 1 });
after(() => kitwright.close());
const text = 'the same words again and again\n'.repeat(10_000);
await writeFile(join(folder, 'Kitfile'), 'manifestVersion: 1.0.0\ndocs: [{path: words.txt}]\n');
await writeFile(join(folder, 'words.txt'), text);

test('a layer is smaller, and unpacked to the same bytes', async () => {
  const { layers } = await pack(kitwright, { directory: folder, store, name: 'm:v1', compression: 'my-plugin' });
  assert.match(layers[0]?.descriptor.mediaType ?? '', /\+br$/);
  assert.ok((layers[0]?.descriptor.size ?? Infinity) < text.length / 100);
  await unpack(kitwright, { name: 'm:v1', directory: join(folder, 'out'), store });
  assert.equal(await readFile(join(folder, 'out', 'words.txt'), 'utf8'), text);
});

describe('every rule for compressors', () =>
  testCompressor(test, () => ({
    compressor: kitwright.capabilities.get('compressor', 'my-plugin'),
    compress: brotliCompressSync,
    decompress: brotliDecompressSync,
  })));
