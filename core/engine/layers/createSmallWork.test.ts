import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSmallWork } from './createSmallWork.ts';
import { encodeRecipe } from './jobs.ts';

const recipeOf = (sizes: readonly number[]) =>
  encodeRecipe(sizes.map((size) => ({ kind: 'file', path: 'f', offset: 0, size })));

test('a few small files are small, until they add up; many or large ones are not', () => {
  const small = createSmallWork();
  assert.equal(small.takes(recipeOf([10_000_000])), false);
  assert.equal(small.takes(recipeOf(Array.from({ length: 1_000 }, () => 1))), false);
  const taken = Array.from({ length: 10 }, () => small.takes(recipeOf([1_000_000])));
  assert.deepEqual([taken[0], taken.at(-1)], [true, false]);
});

test('one is done after the other, also after a failure', async () => {
  const small = createSmallWork();
  const log: string[] = [];
  const work =
    (name: string, fails = false) =>
    async () => {
      log.push(`${name} begins`);
      await new Promise(setImmediate);
      log.push(`${name} ends`);
      if (fails) throw new Error(name);
    };
  const failing = assert.rejects(small.run(work('a', true)), /a/);
  await Promise.all([failing, small.run(work('b'))]);
  assert.deepEqual(log, ['a begins', 'a ends', 'b begins', 'b ends']);
});
