import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { rebuilt, runWatch, type Step } from './testing/runWatch.ts';

const kitfile = 'manifestVersion: 1.0.0\nmodel: {path: m}\ncode: [{path: c}]\n';
const first = { Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' };
const perCheckpoint = { perCheckpoint: true };

const checkpoint = (step: number, text = 'weights') => ({ [`m/step-${step}/w`]: text, [`m/step-${step}/DONE`]: '' });

const layersIn = (kits: Awaited<ReturnType<typeof runWatch>>['kits']) =>
  kits.map(({ kit }) => kit.layers.map(({ entry }) => entry.path));

test('a new checkpoint is a new layer: nothing else is built again, and the Kitfile names it', async () => {
  const { kits } = await runWatch(
    first,
    [({ write }) => write(checkpoint(1)), ({ write }) => write(checkpoint(2)), ({ write }) => write(checkpoint(10))],
    perCheckpoint,
  );
  assert.deepEqual(layersIn(kits).at(-1), ['m', 'm/step-1', 'm/step-2', 'm/step-10', 'c']);
  assert.deepEqual(rebuilt(kits).slice(1), [['model.parts.0'], ['model.parts.1'], ['model.parts.2']]);
  assert.deepEqual(
    kits.at(-1)?.kit.kitfile.model?.parts?.map(({ name, path, digest }) => [name, path, typeof digest]),
    ['step-1', 'step-2', 'step-10'].map((name) => [name, `m/${name}`, 'string']),
  );
});

test('rotation drops a layer; what stays is not built again, although its position changes', async () => {
  const { kits } = await runWatch(
    { ...first, ...checkpoint(1), ...checkpoint(2) },
    [
      ({ write, directory }: Step) => {
        write(checkpoint(3));
        rmSync(join(directory, 'm/step-1'), { recursive: true });
      },
      ({ directory }) => rmSync(join(directory, 'm/step-2'), { recursive: true }),
    ],
    perCheckpoint,
  );
  assert.deepEqual(layersIn(kits), [
    ['m', 'm/step-1', 'm/step-2', 'c'],
    ['m', 'm/step-2', 'm/step-3', 'c'],
    ['m', 'm/step-3', 'c'],
  ]);
  assert.deepEqual(rebuilt(kits).slice(1), [['model.parts.1'], []]);
});

test('an incomplete checkpoint is no layer yet; one that is written again keeps its last version', async () => {
  const { kits, texts } = await runWatch(
    { ...first, ...checkpoint(1, 'old') },
    [
      ({ write, directory }: Step) => {
        rmSync(join(directory, 'm/step-1/DONE'));
        write({ 'm/step-1/w': 'half', 'm/step-2/w': 'half', ...checkpoint(3) });
      },
      ({ write }) => write({ ...checkpoint(1, 'new'), ...checkpoint(2) }),
    ],
    perCheckpoint,
  );
  assert.deepEqual(layersIn(kits), [
    ['m', 'm/step-1', 'c'],
    ['m', 'm/step-1', 'm/step-3', 'c'],
    ['m', 'm/step-1', 'm/step-2', 'm/step-3', 'c'],
  ]);
  assert.deepEqual(
    texts.map((files) => files['m/step-1/w']),
    ['old', 'old', 'new'],
  );
});
