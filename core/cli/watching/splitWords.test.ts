import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitWords } from './splitWords.ts';

test('what stands before -- is the directory, what stands behind it the command', () => {
  const split = (words: readonly string[], ...args: readonly string[]) => splitWords(words, ['watch', ...args]);
  assert.deepEqual(split([]), { directory: '.', command: [] });
  assert.deepEqual(split(['p'], '-t', 'run', 'p'), { directory: 'p', command: [] });
  assert.deepEqual(split(['python', 'a.py'], '--', 'python', 'a.py'), { directory: '.', command: ['python', 'a.py'] });
  assert.deepEqual(split(['p', 'a', '--', 'b'], 'p', '--', 'a', '--', 'b'), {
    directory: 'p',
    command: ['a', '--', 'b'],
  });
});
