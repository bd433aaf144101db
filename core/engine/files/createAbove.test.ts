import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parentsOf } from './bytePath.ts';
import { createAbove, directoriesAbove } from './createAbove.ts';

test('the outermost and the innermost directory above a path are found', () => {
  const above = createAbove((directory) => ['a', 'a/b/c', 'x/y'].includes(directory));
  assert.deepEqual(above('a/b/c/d/e'), { top: 'a', nearest: 'a/b/c' });
  assert.deepEqual(above('a/b'), { top: 'a', nearest: 'a' });
  assert.deepEqual(above('a'), { top: undefined, nearest: undefined });
  assert.deepEqual(above('x/y'), { top: undefined, nearest: undefined });
});

/** Two thousand directories in each other, each of them a path. */
const chain = [...parentsOf('d/'.repeat(1900)), `${'d/'.repeat(1900)}f`];

test('each directory is asked once, however many paths lie below it', () => {
  let asked = 0;
  const above = createAbove((directory) => {
    asked++;
    return directory === 'd';
  });
  for (const path of chain) above(path);
  assert.equal(asked, 1900);
  assert.deepEqual(above(`${chain.at(-2)}/other`), { top: 'd', nearest: 'd' });
});

test('all directories above paths are those of each path', () => {
  assert.deepEqual([...directoriesAbove(['a/b/c', 'a/d', 'e', 'a/b/f/g'])], ['a', 'a/b', 'a/b/f']);
  assert.deepEqual([...directoriesAbove(chain)], chain.slice(0, 1900));
});
