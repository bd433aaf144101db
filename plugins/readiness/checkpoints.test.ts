import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckpointFiles, CheckpointFormat } from '@kitwright/core/plugin';
import { deepspeed, distributed, megatron, trainer } from './checkpoints.ts';

const filesOf = (name: string, texts: Readonly<Record<string, string>>, unchangedFor = 0): CheckpointFiles => ({
  name,
  names: Object.keys(texts).filter((file) => !file.startsWith('../')),
  text: (file) => texts[file],
  unchangedFor,
});

const stateOf = (format: CheckpointFormat, files: CheckpointFiles) =>
  format.matches(files) ? format.check(files).state : 'not mine';

test('a checkpoint of the Trainer is complete with its state, which is written last', () => {
  assert.equal(stateOf(trainer, filesOf('checkpoint-500', {})), 'not-yet', 'an empty directory');
  const written = [
    'config.json',
    'generation_config.json',
    'model.safetensors',
    'optimizer.pt',
    'scheduler.pt',
    'rng_state.pth',
  ];
  let texts: Readonly<Record<string, string>> = {};
  for (const name of written) {
    texts = { ...texts, [name]: '' };
    assert.equal(stateOf(trainer, filesOf('checkpoint-500', texts)), 'not-yet', name);
  }
  assert.equal(
    stateOf(trainer, filesOf('checkpoint-500', { ...texts, 'trainer_state.json': '{"global_st' })),
    'not-yet',
  );
  assert.equal(
    stateOf(trainer, filesOf('checkpoint-500', { ...texts, 'trainer_state.json': '{"global_step": 500}' })),
    'ready',
  );
});

test('with several processes every random state must be there', () => {
  const state = { 'model.safetensors': '', 'trainer_state.json': '{"global_step": 5}' };
  assert.equal(
    stateOf(trainer, filesOf('checkpoint-5', { ...state, 'rng_state_0.pth': '', 'rng_state_2.pth': '' })),
    'not-yet',
  );
  assert.equal(
    stateOf(trainer, filesOf('checkpoint-5', { ...state, 'rng_state_0.pth': '', 'rng_state_1.pth': '' })),
    'ready',
  );
});

test('weights that somebody else put into a directory of that name are not waited for for ever', () => {
  const weights = { 'model.safetensors': '' };
  assert.equal(stateOf(trainer, filesOf('checkpoint-5', weights, 1_000)), 'not-yet');
  assert.equal(stateOf(trainer, filesOf('checkpoint-5', weights, 60_000)), 'ready');
  assert.equal(stateOf(trainer, filesOf('checkpoint-5', { ...weights, 'optimizer.pt': '' }, 60_000)), 'not-yet');
  assert.equal(stateOf(trainer, filesOf('checkpoint-5', { 'config.json': '' }, 60_000)), 'ready');
  assert.equal(stateOf(trainer, filesOf('checkpoint-best', weights)), 'not mine');
  assert.equal(stateOf(trainer, filesOf('checkpoint-5', { 'notes.txt': '' })), 'not mine');
});

test('a distributed checkpoint of torch is complete with its metadata', () => {
  assert.equal(stateOf(distributed, filesOf('x', { '__0_0.distcp': '', '.metadata.tmp': '' })), 'not-yet');
  assert.equal(stateOf(distributed, filesOf('x', { '__0_0.distcp': '', '.metadata': '' })), 'ready');
  assert.equal(stateOf(distributed, filesOf('x', { 'a.bin': '' })), 'not mine');
});

test('DeepSpeed and Megatron name a finished step beside its directory', () => {
  assert.equal(stateOf(deepspeed, filesOf('global_step20', {})), 'not-yet');
  assert.equal(stateOf(deepspeed, filesOf('global_step20', { '../latest': 'global_step10' })), 'not-yet');
  assert.equal(stateOf(deepspeed, filesOf('global_step20', { '../latest': 'global_step20\n' })), 'ready');
  assert.equal(stateOf(deepspeed, filesOf('global_step10', { '../latest': 'global_step20' })), 'ready');
  const tracker = '../latest_checkpointed_iteration.txt';
  assert.equal(stateOf(megatron, filesOf('iter_0000020', { [tracker]: '10' })), 'not-yet');
  assert.equal(stateOf(megatron, filesOf('iter_0000020', { [tracker]: '20' })), 'ready');
});

test('checkpoints say how far the training was', () => {
  const log = [
    { loss: 2, step: 10 },
    { loss: 1.5, step: 20, 'odd name': 1 },
    { eval_loss: 1.75, step: 20, note: 'x' },
    null,
  ];
  const state = JSON.stringify({ global_step: 20, log_history: log });
  assert.deepEqual(trainer.progress?.(filesOf('checkpoint-20', { 'trainer_state.json': state })), {
    step: 20,
    metrics: { loss: 1.5, eval_loss: 1.75 },
  });
  for (const text of ['', '{}', '{"global_step": "x"}', '{"global_step": 1e400}'])
    assert.equal(trainer.progress?.(filesOf('checkpoint-20', { 'trainer_state.json': text })), undefined);
  const diverged =
    '{"best_metric": Infinity, "global_step": 20, "log_history": [{"loss": 1}, {"loss": NaN, "note": "NaN"}]}';
  assert.deepEqual(trainer.progress?.(filesOf('checkpoint-20', { 'trainer_state.json': diverged })), {
    step: 20,
    metrics: { loss: Number.NaN },
  });
  assert.deepEqual(deepspeed.progress?.(filesOf('global_step30', {})), { step: 30, metrics: {} });
  assert.deepEqual(megatron.progress?.(filesOf('iter_0000040', {})), { step: 40, metrics: {} });
});
