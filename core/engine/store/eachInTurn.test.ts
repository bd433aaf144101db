import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { eachInTurn } from './eachInTurn.ts';

test('several are under way at a time, and their turns come in order', async () => {
  const [began, ended]: [number[], number[]] = [[], []];
  const first = Promise.withResolvers<void>();
  await eachInTurn([1, 2, 3], 2, async (item, turn) => {
    began.push(item);
    if (item === 1) await first.promise;
    else first.resolve();
    await turn;
    ended.push(item);
  });
  assert.deepEqual(
    [began, ended],
    [
      [1, 2, 3],
      [1, 2, 3],
    ],
  );
});

test('a failure is the turn of all that follow, and nothing begins after it', async () => {
  const failure = new Error('the first one');
  const seen: unknown[] = [];
  const work = async (item: number, turn: Promise<unknown>) => {
    if (item === 1) {
      await setImmediate();
      throw failure;
    }
    await turn.catch((error: unknown) => seen.push(item, error));
  };
  await assert.rejects(eachInTurn([1, 2, 3], 2, work), failure);
  assert.deepEqual(seen, [2, failure]);
});
