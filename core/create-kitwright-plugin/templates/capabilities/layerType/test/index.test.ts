import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createKitwright, openStore, pack, unpack } from '@kitwright/core';
import type { LayerBytes } from '@kitwright/core/plugin';
import { testLayerType } from '@kitwright/testkit';
import { defaultPlugins } from 'kitwright/plugins';
import plugin from '../src/index.ts';

const folder = await mkdtemp(join(tmpdir(), 'my-plugin-'));
after(() => rm(folder, { recursive: true, force: true }));
const store = openStore(join(folder, 'store'));
const kitwright = createKitwright({ plugins: [...defaultPlugins({ home: store.root }), plugin()], threads: 1 });
after(() => kitwright.close());
const type = kitwright.capabilities.get('layerType', 'my-plugin');
const rows = '{"text":"a","label":1}\n{"text":"b","label":2}\n';

test('a dataset is packed as such a layer, and unpacked to the same bytes', async () => {
  await writeFile(join(folder, 'Kitfile'), 'manifestVersion: 1.0.0\ndatasets: [{path: train.jsonl}]\n');
  await writeFile(join(folder, 'train.jsonl'), rows);
  const { layers } = await pack(kitwright, { directory: folder, store, name: 'm:v1' });
  assert.match(layers[0]?.descriptor.mediaType ?? '', /dataset\.v1\.my-plugin$/);
  await unpack(kitwright, { name: 'm:v1', directory: join(folder, 'out'), store });
  assert.equal(await readFile(join(folder, 'out', 'train.jsonl'), 'utf8'), rows);
});

test('info and diff show fields', async () => {
  assert.deepEqual(await type.describe?.(layerOf(rows)), ['fields: text, label']);
  const lines = await type.diff?.(layerOf(rows), layerOf('{"text":"a","score":1}\n'));
  assert.deepEqual(lines, ['+ field score', '- field label']);
});

describe('every rule for layer types', () =>
  testLayerType(test, () => ({ layerType: type, files: { 'train.jsonl': rows } })));

function layerOf(text: string): LayerBytes {
  const bytes = Buffer.from(text);
  const read = async (start: number, end: number) => bytes.subarray(start, end);
  return { path: 'train.jsonl', mediaType: '', annotations: {}, size: bytes.length, read };
}
