import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateKitfile } from './generateKitfile.ts';
import type { ProjectFiles } from './ProjectFiles.ts';

/** Empty files by path; weights have ten bytes. */
const projectOf = (paths: readonly string[]): ProjectFiles => ({
  list: (directory) => {
    const prefix = directory ? `${directory}/` : '';
    const below = paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
    return {
      files: below.filter((name) => !name.includes('/')).map((name) => ({ name, size: 10 })),
      directories: [...new Set(below.filter((name) => name.includes('/')).map((name) => name.split('/')[0] ?? ''))],
    };
  },
  read: () => Buffer.alloc(0),
});

const generated = (paths: readonly string[], depth = 0) => {
  const { kitfile, leftOut } = generateKitfile(projectOf(paths), { package: {}, depth, licenseOf: () => undefined });
  return { model: kitfile.model?.path, code: kitfile.code?.map(({ path }) => path) ?? [], leftOut };
};

for (const [writer, paths, model] of [
  ['the Trainer', ['out/checkpoint-10/model.safetensors', 'out/checkpoint-10/trainer_state.json'], 'out'],
  ['accelerate', ['out/checkpoint_0/pytorch_model.bin', 'out/checkpoint_0/random_states_0.pkl'], 'out'],
  ['DeepSpeed', ['out/global_step10/mp_rank_00_model_states.pt', 'out/latest'], 'out'],
  [
    'Lightning',
    ['lightning_logs/version_0/checkpoints/epoch=0-step=5.ckpt', 'lightning_logs/version_0/hparams.yaml'],
    'lightning_logs',
  ],
] as const)
  for (const depth of [0, -1])
    test(`the checkpoints of ${writer} are one model, beside the code (depth ${depth})`, () => {
      const found = generated(['train.py', ...paths], depth);
      assert.deepEqual(found, { model, code: ['train.py'], leftOut: [] });
    });

test('directories of checkpoints are named, since each can be a layer of its own', () => {
  const checkpointsOf = (paths: readonly string[]) =>
    generateKitfile(projectOf(paths), { package: {}, depth: 0, licenseOf: () => undefined }).checkpoints;
  assert.deepEqual(checkpointsOf(['out/checkpoint-10/model.safetensors']), ['out']);
  assert.deepEqual(checkpointsOf(['lightning_logs/version_0/checkpoints/epoch=0-step=5.ckpt']), []);
});

test('the records of trackers are left out', () => {
  const found = generated([
    'train.py',
    'wandb/run-20261126_101010-abc/files/config.yaml',
    'mlruns/0/meta.yaml',
    'runs/Nov26_host/events.out.tfevents.1',
  ]);
  assert.deepEqual(found, { model: undefined, code: ['train.py'], leftOut: ['wandb/', 'mlruns/', 'runs/'] });
});

test('directories that are only called so are what they hold', () => {
  const found = generated([
    'wandb/tool.py',
    'runs/a.py',
    'runs/b/events.out.tfevents.1',
    'out/checkpoint-x/a.py',
    'mlruns/a.py',
  ]);
  assert.deepEqual(found.leftOut, []);
  assert.deepEqual(found.code.toSorted(), ['mlruns/', 'out/', 'runs/', 'wandb/']);
});
