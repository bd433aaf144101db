import assert from 'node:assert/strict';
import type { CheckpointFiles } from '@kitwright/core/plugin';
import { assertAnswer } from '../suite/assertAnswer.ts';
import { type Bench, requireMeans } from '../suite/Bench.ts';
import { benchCase, type Case, NotRun } from '../suite/Case.ts';
import { hostileTexts, spread } from '../suite/hostile.ts';
import { soonAfter } from '../suite/soonAfter.ts';
import type { MadeCheckpoint } from './MadeCheckpoint.ts';

type CheckpointCase = Case<Bench<MadeCheckpoint>>;

const checkpointCase = (name: string, run: (made: MadeCheckpoint) => Promise<void>): CheckpointCase =>
  benchCase(name, ({ made }) => run(made));

/** When a checkpoint is complete, and what it says. */
export const checkpointCases: readonly CheckpointCase[] = [
  checkpointCase(
    'matches: knows a complete checkpoint, and no other directory',
    async ({ format, others = [], ...made }) => {
      for (let i = 0; i < 2; i++) assert.equal(format.matches(allOf(made)), true);
      for (const name of others) assert.equal(format.matches({ ...allOf(made), name }), false, name);
      assert.equal(format.matches(directory('logs', [])), false, 'it takes an empty directory');
      assert.equal(format.matches(directory('src', [['main.py', 'pass']])), false, 'it takes a directory of code');
    },
  ),
  checkpointCase('matches: any names are answered, soon and the same again', async ({ format, files }) => {
    for (const name of hostileTexts)
      for (const each of [directory(name, files), directory('x', [[name, name]])]) {
        const answer = soonAfter(() => format.matches(each), name);
        assert.equal(typeof answer, 'boolean');
        assert.equal(format.matches(each), answer, 'the second answer is another');
      }
  }),
  checkpointCase('check: a complete checkpoint is ready', async ({ format, isRenamed, ...made }) => {
    const answer = format.check(allOf(made));
    assertAnswer(answer, 'all files');
    if (isRenamed) assert.notEqual(answer.state, 'ready', 'it is ready before its program has renamed it');
    else assert.deepEqual(answer, { state: 'ready' });
  }),
  checkpointCase('check: it is not ready before its last file is there', async ({ format, later = 0, ...made }) => {
    for (let count = 0; count < made.files.length - later; count++) {
      const answer = format.check(directory(made.name, made.files.slice(0, count)));
      assert.notEqual(answer.state, 'ready', `${count} of ${made.files.length} files are ready`);
      assertAnswer(answer, `${count} files`);
    }
  }),
  checkpointCase(
    'check: it is not ready while its last file is torn, if it reads it',
    async ({ format, later = 0, ...made }) => {
      const before = made.files.slice(0, made.files.length - later - 1);
      const [name, text] = made.files[before.length] as (typeof made.files)[number];
      let isRead = false;
      for (const size of spread(text.length, 40)) {
        const files = directory(made.name, [...before, [name, text.slice(0, size)]]);
        const textOf = (other: string) => {
          if (other === name) isRead = true;
          return files.text(other);
        };
        const answer = format.check({ ...files, text: textOf });
        assertAnswer(answer, `the first ${size} characters of ${name}`);
        if (!isRead) throw new NotRun(`it does not read ${name}`);
        assert.notEqual(answer.state, 'ready', `the first ${size} characters of ${name} are ready`);
      }
    },
  ),
  checkpointCase('check: the order of the names does not matter', async ({ format, ...made }) => {
    const { names, ...rest } = allOf(made);
    const answer = format.check(allOf(made));
    for (const other of [names.toReversed(), names.toSorted()])
      assert.deepEqual(format.check({ ...rest, names: other }), answer);
  }),
  checkpointCase('check: changes nothing, and says the same again', async ({ format, ...made }) => {
    const files = Object.freeze({ ...allOf(made), names: Object.freeze([...allOf(made).names]) });
    const answer = format.check(allOf(made));
    assert.deepEqual([format.check(files), format.check(files)], [answer, answer]);
  }),
  checkpointCase('check: whatever is in the files, it is an answer', async ({ format, ...made }) => {
    for (const text of [...texts, undefined]) {
      const files = { ...allOf(made), text: () => text };
      assertAnswer(
        soonAfter(() => format.check(files), String(text)),
        `files of ${String(text).slice(0, 40)}`,
      );
    }
  }),
  checkpointCase(
    'progress: of a complete checkpoint it is what the training has recorded',
    async ({ format, progress, ...made }) => {
      const read = requirePower(format.progress);
      const { step, metrics = {} } = requireMeans(progress, 'progress');
      const found = read(allOf(made));
      assert.deepEqual({ step: found?.step, metrics: { ...found?.metrics } }, { step, metrics });
    },
  ),
  checkpointCase('progress: whatever is in the files, it is a number or none', async ({ format, ...made }) => {
    const read = requirePower(format.progress);
    for (const text of [...texts, ...spread(200, 20).map((size) => made.files.at(-1)?.[1].slice(0, size)), undefined]) {
      const found = soonAfter(() => read({ ...allOf(made), text: () => text }), String(text));
      if (found === undefined) continue;
      assert.ok(Number.isFinite(found.step), `${String(text).slice(0, 40)}: step ${found.step}`);
      for (const value of Object.values(found.metrics)) assert.ok(Number.isFinite(value), `a metric is ${value}`);
    }
  }),
];

const texts: readonly string[] = [
  ...hostileTexts,
  'null',
  '[]',
  '"text"',
  '{}',
  '{"step":"1"}',
  '{"step":NaN,"global_step":Infinity}',
  '{"step":1e999,"global_step":-1,"log_history":{}}',
  '{"log_history":[null,1,"x",{"step":{}}]}',
  '{"__proto__":{"step":1}}',
  '['.repeat(200_000),
];

type Files = MadeCheckpoint['files'];

/** Those beside the directory are no names in it. */
function directory(name: string, files: Files): CheckpointFiles {
  const known = new Map(files);
  return { name, names: [...known.keys()].filter((each) => !each.startsWith('../')), text: (file) => known.get(file) };
}

function allOf({ name, files }: Pick<MadeCheckpoint, 'name' | 'files'>): CheckpointFiles {
  return directory(name, files);
}

function requirePower<T>(power: T | undefined): T {
  if (power === undefined) throw new NotRun('the format has no `progress`');
  return power;
}
