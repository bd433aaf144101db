import {
  type CheckpointFiles,
  type CheckpointFormat,
  type CheckpointProgress,
  parseTrainerJson,
  type ReadinessAnswer,
} from '@kitwright/core/plugin';
import { notYet, ready } from './answers.ts';

const trainerFile =
  /^(?:trainer_state\.json|training_args\.bin|optimizer\.(?:pt|bin)|scheduler\.pt|scaler\.pt|rng_state(?:_\d+)?\.pth)$/;

/**
 * Files that the Trainer writes before the first weights: a directory with only these may be its checkpoint that has
 * just begun.
 */
const beginning = /\.json$|^README\.md$|^\.tmp/;

/** `checkpoint-N` of the Hugging Face Trainer: `trainer_state.json` is written last. */
export const trainer: CheckpointFormat = {
  id: 'hf-trainer',
  matches: ({ name, names }) =>
    /^checkpoint-\d+$/.test(name) &&
    (names.some((file) => trainerFile.test(file) || /\.(?:safetensors|bin)$/.test(file)) ||
      names.every((file) => beginning.test(file))),
  check: checkTrainer,
  progress: ({ text }) => stateIn(text('trainer_state.json')),
};

function checkTrainer({ names, text }: CheckpointFiles): ReadinessAnswer {
  const state = text('trainer_state.json');
  if (state === undefined) return notYet('trainer_state.json, which the Trainer writes last, does not exist yet');
  if (stateIn(state) === undefined) return notYet('trainer_state.json is not complete yet');
  const rank = missingRank(names);
  return rank === undefined ? ready : notYet(`rng_state_${rank}.pth does not exist yet`);
}

/**
 * The progress that the Trainer records: its step, and the last value of each metric in its log. Undefined if the state
 * is not complete.
 */
function stateIn(text: string | undefined): CheckpointProgress | undefined {
  try {
    const { global_step: step, log_history: log } = parseTrainerJson(text ?? '') as {
      readonly global_step?: unknown;
      readonly log_history?: readonly Readonly<Record<string, unknown>>[];
    };
    if (!Number.isSafeInteger(step)) return undefined;
    const values = (Array.isArray(log) ? log : []).flatMap((entry) => Object.entries(entry ?? {}));
    const metrics = values.filter(
      ([name, value]) => name !== 'step' && /^\w{1,64}$/.test(name) && typeof value === 'number',
    );
    return { step: step as number, metrics: Object.fromEntries(metrics) as Record<string, number> };
  } catch {
    return undefined;
  }
}

/**
 * Each process writes its own random state. The first process of this node writes it before trainer_state.json, so the
 * existing files show which processes run here, and the last one how many.
 */
function missingRank(names: readonly string[], pattern = /^rng_state_(\d{1,6})\.pth$/): number | undefined {
  const ranks = names.flatMap((name) => pattern.exec(name)?.[1] ?? []).map(Number);
  const sorted = ranks.toSorted((a, b) => a - b);
  const gap = sorted.findIndex((rank, i) => i > 0 && rank !== (sorted[i - 1] ?? rank) + 1);
  return gap < 0 ? undefined : (sorted[gap - 1] ?? 0) + 1;
}

/** A directory of torch's distributed checkpoint: `.metadata` is renamed into place last. */
export const distributed: CheckpointFormat = {
  id: 'torch-dcp',
  matches: ({ names }) => names.some((name) => name.endsWith('.distcp')),
  check: ({ names }) =>
    names.includes('.metadata') ? ready : notYet('.metadata, which is written last, does not exist yet'),
  progress: ({ name }) => (/^(?:checkpoint|step|epoch)[-_=]?\d+$/.test(name) ? byName({ name }) : undefined),
};

/** `global_stepN` of DeepSpeed: `latest` in the parent names it after all processes have written. */
export const deepspeed: CheckpointFormat = {
  id: 'deepspeed',
  matches: ({ name }) => /^global_step\d+$/.test(name),
  check: ({ name, text }) => checkMarker(numberIn(name) as number, 'latest', text('../latest')),
  progress: byName,
};

/** Complete when the marker in the parent names this step or a later one. */
function checkMarker(step: number, marker: string, found: string | undefined): ReadinessAnswer {
  const done = numberIn(found);
  return done !== undefined && done >= step ? ready : notYet(`${marker} does not name it yet`);
}

function numberIn(text: string | undefined): number | undefined {
  const found = /(\d{1,15})$/.exec((text ?? '').trimEnd())?.[1];
  return found === undefined ? undefined : Number(found);
}

/** The name of such a directory has its step; there are no metrics. */
function byName({ name }: Pick<CheckpointFiles, 'name'>): CheckpointProgress {
  return { step: numberIn(name) ?? 0, metrics: {} };
}

/** What other programs write into directories of such names: pictures, sounds and texts of a step. */
const sample = /\.(?:png|jpe?g|gif|webp|svg|mp4|webm|wav|mp3|txt|csv|html|md|log)$/i;

/** `iter_N` of Megatron: the tracker file in the parent names it last. */
export const megatron: CheckpointFormat = {
  id: 'megatron',
  matches: ({ name, names }) =>
    /^iter_\d+$/.test(name) && (names.length === 0 || names.some((file) => !sample.test(file))),
  check: ({ name, text }) => {
    const marker = 'latest_checkpointed_iteration.txt';
    return checkMarker(numberIn(name) as number, marker, text(`../${marker}`));
  },
  progress: byName,
};

const stateOfAccelerate =
  /^(?:optimizer(?:_\d+)?\.bin|scheduler(?:_\d+)?\.bin|sampler(?:_\d+)?\.bin|custom_checkpoint_\d+\.pkl)$/;
const randomStates = /^random_states_(\d{1,6})\.pkl$/;

/** `save_state` of accelerate: each process writes its `random_states_N.pkl` last. */
export const accelerate: CheckpointFormat = {
  id: 'accelerate',
  matches: ({ names }) => names.some((name) => stateOfAccelerate.test(name) || randomStates.test(name)),
  check: ({ names, text }) => {
    const states = names.filter((name) => randomStates.test(name));
    if (states.length === 0) return notYet('random_states_N.pkl, which accelerate writes last, does not exist yet');
    const half = states.find((name) => !isWholeState(text(name)));
    if (half !== undefined) return notYet(`${half} is not complete yet`);
    const rank = missingRank(names, randomStates);
    return rank === undefined ? ready : notYet(`random_states_${rank}.pkl does not exist yet`);
  },
  progress: ({ name }) => (/^(?:checkpoint|step)_\d+$/.test(name) ? byName({ name }) : undefined),
};

/** It is there, empty, before its bytes are; a ZIP has its directory at the end (APPNOTE 4.3.16). */
function isWholeState(text = ''): boolean {
  return text !== '' && text !== 'P' && (!text.startsWith('PK') || text.includes('PK\u0005\u0006'));
}

/** Orbax writes into a directory of a temporary name, which it renames. */
export const orbax: CheckpointFormat = {
  id: 'orbax',
  matches: ({ name }) => /\.orbax-checkpoint-tmp(?:-|$)/.test(name),
  check: () => notYet('Orbax renames it when it is complete'),
};
