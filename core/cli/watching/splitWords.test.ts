import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitWords } from './splitWords.ts';

test('words before -- are the directories, words after it the command', () => {
  const split = (words: readonly string[], ...args: readonly string[]) => splitWords(words, ['watch', ...args]);
  assert.deepEqual(split([]), { directories: ['.'], command: [] });
  assert.deepEqual(split(['p'], '-t', 'run', 'p'), { directories: ['p'], command: [] });
  assert.deepEqual(split(['p', 'q']), { directories: ['p', 'q'], command: [] });
  assert.deepEqual(split(['python', 'a.py'], '--', 'python', 'a.py'), {
    directories: ['.'],
    command: ['python', 'a.py'],
  });
  assert.deepEqual(split(['p', 'a', '--', 'b'], 'p', '--', 'a', '--', 'b'), {
    directories: ['p'],
    command: ['a', '--', 'b'],
  });
});
