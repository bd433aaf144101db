import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckpointFiles, CheckpointFormat } from '@kitwright/core/plugin';
import { accelerate, deepspeed, distributed, megatron, orbax, trainer } from './checkpoints.ts';

const filesOf = (name: string, texts: Readonly<Record<string, string>>): CheckpointFiles => ({
  name,
  names: Object.keys(texts).filter((file) => !file.startsWith('../')),
  text: (file) => texts[file],
});

const stateOf = (format: CheckpointFormat, files: CheckpointFiles) =>
  format.matches(files) ? format.check(files).state : 'not mine';

test('a checkpoint of the Trainer is complete when its state is written, which is last', () => {
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

test('with several processes every random state must exist', () => {
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

test('on another node, whose first process is not 0, the directory has only the states of that node', () => {
  const state = { 'model.safetensors': '', 'trainer_state.json': '{"global_step": 5}' };
  const withRanks = (...ranks: readonly number[]) =>
    filesOf('checkpoint-5', { ...state, ...Object.fromEntries(ranks.map((rank) => [`rng_state_${rank}.pth`, ''])) });
  for (const ranks of [[], [8, 9], [1], [9, 10, 8]]) assert.equal(stateOf(trainer, withRanks(...ranks)), 'ready');
  assert.deepEqual(trainer.check(withRanks(8, 9, 11)), {
    state: 'not-yet',
    reason: 'rng_state_10.pth does not exist yet',
    retryAfter: 500,
  });
  assert.equal(
    stateOf(trainer, filesOf('checkpoint-5', { 'rng_state_8.pth': '', 'model.safetensors': '' })),
    'not-yet',
  );
});

test('a directory without files of the Trainer is not its checkpoint', () => {
  assert.equal(stateOf(trainer, filesOf('checkpoint-best', { 'model.safetensors': '' })), 'not mine');
  assert.equal(stateOf(trainer, filesOf('checkpoint-5', { 'notes.txt': '' })), 'not mine');
  assert.equal(stateOf(trainer, filesOf('checkpoint-5', { 'config.json': '' })), 'not-yet');
});

test('a distributed checkpoint of torch is complete when its metadata is written', () => {
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

test('a directory of pictures and texts is not a checkpoint of Megatron; any other may be one', () => {
  assert.equal(stateOf(megatron, filesOf('iter_100', { 'a.png': '', 'b.JPG': '', 'prompt.txt': '' })), 'not mine');
  for (const file of ['mp_rank_00', 'common.pt', 'metadata.json', '__0_0.distcp'])
    assert.equal(stateOf(megatron, filesOf('iter_100', { [file]: '', 'a.png': '' })), 'not-yet', file);
  assert.equal(stateOf(megatron, filesOf('iter_100', {})), 'not-yet', 'it may have just begun');
});

test('a marker of any length and text is read once', () => {
  for (const text of ['7'.repeat(1_000_000), `${' '.repeat(1_000_000)}x`, '\0', 'global_step'])
    assert.equal(stateOf(deepspeed, filesOf('global_step20', { '../latest': `${text}x` })), 'not-yet');
});

test('checkpoints record how far the training was', () => {
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

test('the state that accelerate saves is complete when each process has written its random state, which is last', () => {
  const stateAfter = (...names: readonly string[]) =>
    stateOf(accelerate, filesOf('checkpoint_3', Object.fromEntries(names.map((name) => [name, 'x']))));
  assert.equal(stateAfter('model.safetensors'), 'not mine');
  assert.equal(stateAfter('model.safetensors', 'optimizer.bin', 'scheduler.bin', 'sampler.bin'), 'not-yet');
  assert.equal(stateAfter('optimizer.bin', 'random_states_0.pkl'), 'ready');
  assert.equal(stateAfter('optimizer.bin', 'random_states_0.pkl', 'random_states_2.pkl'), 'not-yet');
  assert.deepEqual(accelerate.progress?.(filesOf('checkpoint_3', {})), { step: 3, metrics: {} });
  assert.equal(accelerate.progress?.(filesOf('best', {})), undefined);
  const half = (text: string) => stateOf(accelerate, filesOf('checkpoint_3', { 'random_states_0.pkl': text }));
  assert.deepEqual(['', 'PK\u0003\u0004data', 'PK\u0003\u0004data PK\u0005\u0006'].map(half), [
    'not-yet',
    'not-yet',
    'ready',
  ]);
});

test('a checkpoint of Orbax is complete when it has its final name', () => {
  assert.equal(stateOf(orbax, filesOf('100.orbax-checkpoint-tmp-17', { d: '' })), 'not-yet');
  assert.equal(stateOf(orbax, filesOf('100', { d: '' })), 'not mine');
});
