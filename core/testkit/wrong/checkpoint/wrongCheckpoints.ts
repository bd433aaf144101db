import type { CheckpointFiles, CheckpointFormat } from '@kitwright/core/plugin';
import type { MakeCheckpoint } from '../../checkpoint/MadeCheckpoint.ts';
import type { Wrong } from '../testWrong.ts';

/** Directories `step-N`, complete with `DONE.json`, which says step and loss. */
const steps: CheckpointFormat = {
  id: 'steps',
  matches: ({ name }) => /^step-\d{1,12}$/.test(name),
  check: (files) => (files.names.includes('DONE.json') && doneOf(files) ? { state: 'ready' } : notYet),
  progress: (files) => doneOf(files),
};

const notYet = { state: 'not-yet', reason: 'DONE.json is missing', retryAfter: 100 } as const;

function doneOf({ text }: CheckpointFiles) {
  try {
    const { step, loss } = JSON.parse(text('DONE.json') ?? '');
    if (!Number.isSafeInteger(step) || step < 0) return undefined;
    return { step, metrics: Number.isFinite(loss) ? { loss } : {} };
  } catch {
    return undefined;
  }
}

export const rightCheckpoint: MakeCheckpoint = made({});

/** Formats with one error each, and the cases that find it. */
export const wrongCheckpoints: readonly Wrong<MakeCheckpoint>[] = [
  wrong('takes every directory', { matches: () => true }, [
    'matches: knows a complete checkpoint, and no other directory',
  ]),
  wrong('remembers where it was in a name', { matches: ({ name }) => sticky.test(name) }, [
    'matches: knows a complete checkpoint, and no other directory',
  ]),
  wrong(
    'looks for the first file, not for the last',
    { check: ({ names }) => (names.includes('model.bin') ? { state: 'ready' } : notYet) },
    ['check: it is not ready before its last file is there'],
  ),
  wrong(
    'takes a torn marker for a whole one',
    {
      check: (files) =>
        files.names.includes('DONE.json') && files.text('DONE.json') !== '' ? { state: 'ready' } : notYet,
    },
    ['check: it is not ready while its last file is torn, if it reads it'],
  ),
  wrong(
    'counts on the order of names',
    { check: (files) => (files.names.at(-1) === 'DONE.json' ? steps.check(files) : notYet) },
    ['check: the order of the names does not matter'],
  ),
  wrong(
    'sorts the names that it gets',
    {
      check: (files) => {
        (files.names as string[]).sort();
        return steps.check(files);
      },
    },
    ['check: changes nothing, and says the same again'],
  ),
  wrong(
    'throws for what is no JSON',
    {
      check: (files) =>
        files.names.includes('DONE.json') && JSON.parse(files.text('DONE.json') ?? '{}') ? steps.check(files) : notYet,
    },
    [
      'check: it is not ready while its last file is torn, if it reads it',
      'check: whatever is in the files, it is an answer',
    ],
  ),
  wrong('says why in many lines', { check: (files) => inLines(steps.check(files)) }, [
    'check: it is not ready before its last file is there',
    'check: it is not ready while its last file is torn, if it reads it',
    'check: whatever is in the files, it is an answer',
  ]),
  wrong(
    'reads the step from the name',
    { progress: ({ name }) => ({ step: Number(name.slice(5)) + 1, metrics: {} }) },
    ['progress: of a complete checkpoint it is what the training has recorded'],
  ),
  wrong('believes numbers', { progress: ({ text }) => believed(text('DONE.json')) }, [
    'progress: whatever is in the files, it is a number or none',
  ]),
];

const sticky = /^step-\d+$/g;

function inLines(answer: ReturnType<CheckpointFormat['check']>) {
  return answer.state === 'ready' ? answer : { ...answer, reason: 'DONE.json\nis missing' };
}

function believed(text: string | undefined) {
  try {
    const { step, loss } = JSON.parse(text ?? '');
    return { step: step === undefined ? Number.NaN : step, metrics: loss === undefined ? {} : { loss } };
  } catch {
    return undefined;
  }
}

function wrong(does: string, spoiled: Partial<CheckpointFormat>, fails: readonly string[]): Wrong<MakeCheckpoint> {
  return { does, fails, make: made(spoiled) };
}

function made(spoiled: Partial<CheckpointFormat>): MakeCheckpoint {
  return () => ({
    format: { ...steps, ...spoiled },
    name: 'step-100',
    files: [
      ['model.bin', 'weights'],
      ['a.json', '{}'],
      ['DONE.json', '{"step":100,"loss":0.5}'],
    ],
    progress: { step: 100, metrics: { loss: 0.5 } },
    others: ['step-', 'logs', 'xstep-1'],
  });
}
