import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createKitwright, openStore, pack } from '@kitwright/core';
import { parseReference } from '@kitwright/core/internal';
import { unpackKit } from '@kitwright/core/internal/builds';
import type { ByteStream, ReadTarget } from '@kitwright/core/plugin';
import { layerTypes } from '@kitwright/layer-types';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const kitwright = createKitwright({ plugins: [layerTypes()], threads: 2 });
after(() => kitwright.close());

/** What a source does before and after it gives one of the two layers, by their order in the kit. */
interface Steps {
  readonly before: (layer: number) => Promise<void> | void;
  readonly after?: (layer: number) => void;
  /** Hears of the steps. */
  readonly onStep?: (step: string) => void;
}

/** Unpacks a kit of two datasets from a source that only gives bytes, as a registry does. */
async function unpackTwo(root: string, { before, after, onStep = () => undefined }: Steps): Promise<string> {
  const directory = join(root, 'project');
  mkdirSync(directory);
  for (const name of ['a', 'b']) writeFileSync(join(directory, name), name);
  writeFileSync(join(directory, 'Kitfile'), 'manifestVersion: 1.0.0\ndatasets: [{path: a}, {path: b}]\n');
  const { local } = openStore(join(root, 'home'));
  const packed = await pack(kitwright, { directory, store: openStore(join(root, 'home')), name: 'm:v1' });
  const layers = packed.layers.map(({ descriptor }) => descriptor.digest);
  const source: ReadTarget = {
    name: 'a test',
    exists: local.exists,
    resolve: local.resolve,
    fetch: (descriptor, range): ByteStream =>
      (async function* () {
        const layer = layers.indexOf(descriptor.digest);
        if (layer >= 0) await before(layer);
        yield* local.fetch(descriptor, range);
        if (layer >= 0) after?.(layer);
      })(),
  };
  await unpackKit(kitwright, {
    reference: parseReference('m:v1'),
    targets: [() => source],
    directory: join(root, 'out'),
    filters: [],
    existing: 'refuse',
    onStep: ({ step }) => onStep(step),
    signal: new AbortController().signal,
  });
  return join(root, 'out');
}

test('a layer is fetched while the one before is on its way', async () => {
  using root = temporaryFolder();
  const second = Promise.withResolvers<void>();
  const out = await unpackTwo(root.path, { before: (layer) => (layer ? second.resolve() : second.promise) });
  assert.deepEqual([readFileSync(join(out, 'a'), 'utf8'), readFileSync(join(out, 'b'), 'utf8')], ['a', 'b']);
});

test('nothing gets its name where a layer before it failed', async () => {
  using root = temporaryFolder();
  const second = Promise.withResolvers<void>();
  const before = async (layer: number) => {
    if (layer) return;
    await second.promise;
    throw new Error('the source is gone');
  };
  const steps: string[] = [];
  const after = (layer: number) => void (layer && second.resolve());
  await assert.rejects(unpackTwo(root.path, { before, after, onStep: (step) => steps.push(step) }), /gone/);
  assert.deepEqual(steps, ['kitfile', 'layer']);
  assert.deepEqual(
    ['a', 'b'].filter((name) => existsSync(join(root.path, 'out', name))),
    [],
  );
});
