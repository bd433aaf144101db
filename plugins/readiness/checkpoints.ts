import type { CheckpointFiles, CheckpointFormat, ReadinessAnswer } from '@kitwright/core';
import { notYet, ready } from './answers.ts';

/** A directory without any mark that rests for so long (ms) was not written by the program that leaves marks. */
const strange = 30_000;

const trainerFile =
  /^(?:trainer_state\.json|training_args\.bin|optimizer\.(?:pt|bin)|scheduler\.pt|scaler\.pt|rng_state(?:_\d+)?\.pth)$/;

const stepIn = (text: string): number | undefined => {
  try {
    const { global_step: step } = JSON.parse(text) as { readonly global_step?: unknown };
    return typeof step === 'number' ? step : undefined;
  } catch {
    return undefined;
  }
};

/** Each process of a run writes its own random state; the last one tells how many there are. */
const missingRank = (names: readonly string[]): number | undefined => {
  const ranks = names.flatMap((name) => /^rng_state_(\d+)\.pth$/.exec(name)?.[1] ?? []).map(Number);
  const all = Array.from({ length: Math.max(-1, ...ranks) + 1 }, (_, rank) => rank);
  return all.find((rank) => !ranks.includes(rank));
};

const checkTrainer = ({ names, text, rested }: CheckpointFiles): ReadinessAnswer => {
  if (!names.some((name) => trainerFile.test(name)))
    return rested > strange ? ready : notYet('trainer_state.json is not there yet, which the Trainer writes last');
  const state = text('trainer_state.json');
  if (state === undefined) return notYet('trainer_state.json is not there yet, which the Trainer writes last');
  if (stepIn(state) === undefined) return notYet('trainer_state.json is not complete yet');
  const rank = missingRank(names);
  return rank === undefined ? ready : notYet(`rng_state_${rank}.pth is not there yet`);
};

/** `checkpoint-N` of the Hugging Face Trainer: `trainer_state.json` is written last. */
export const trainer: CheckpointFormat = {
  id: 'hf-trainer',
  matches: ({ name, names }) =>
    /^checkpoint-\d+$/.test(name) &&
    names.some((file) => trainerFile.test(file) || /\.(?:safetensors|bin)$/.test(file)),
  check: checkTrainer,
};

/** A directory of torch's distributed checkpoint: `.metadata` is renamed into place last. */
export const distributed: CheckpointFormat = {
  id: 'torch-dcp',
  matches: ({ names }) => names.some((name) => name.endsWith('.distcp')),
  check: ({ names }) =>
    names.includes('.metadata') ? ready : notYet('.metadata is not there yet, which is written last'),
};

const numberIn = (text: string | undefined): number | undefined => {
  const found = /(\d+)\s*$/.exec(text ?? '')?.[1];
  return found === undefined ? undefined : Number(found);
};

/** Done when the mark in the parent names this step or a later one. */
const checkMark = (step: number, mark: string, found: string | undefined): ReadinessAnswer => {
  const done = numberIn(found);
  return done !== undefined && done >= step ? ready : notYet(`${mark} does not name it yet`);
};

/** `global_stepN` of DeepSpeed: `latest` in the parent names it after all processes have written. */
export const deepspeed: CheckpointFormat = {
  id: 'deepspeed',
  matches: ({ name }) => /^global_step\d+$/.test(name),
  check: ({ name, text }) => checkMark(numberIn(name) as number, 'latest', text('../latest')),
};

/** `iter_N` of Megatron: the tracker file in the parent names it last. */
export const megatron: CheckpointFormat = {
  id: 'megatron',
  matches: ({ name }) => /^iter_\d+$/.test(name),
  check: ({ name, text }) => {
    const mark = 'latest_checkpointed_iteration.txt';
    return checkMark(numberIn(name) as number, mark, text(`../${mark}`));
  },
};
