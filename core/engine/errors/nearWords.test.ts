import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearWords } from './nearWords.ts';

const commands = ['pack', 'unpack', 'push', 'pull', 'list', 'tag', 'info', 'init', 'inspect', 'watch', 'diff'];

test('a word with one wrong letter, or two in longer words, and the beginning of a word', () => {
  assert.deepEqual(nearWords('pakc', commands), ['pack']);
  assert.deepEqual(nearWords('pus', commands), ['push']);
  assert.deepEqual(nearWords('puhs', commands), ['push']);
  assert.deepEqual(nearWords('insepct', commands), ['inspect']);
  assert.deepEqual(nearWords('--compresion', ['--compression', '--config']), ['--compression']);
  assert.deepEqual(nearWords('--tag-temp', ['--tag', '--tag-template']), ['--tag-template']);
});

test('other words are not suggested', () => {
  for (const word of ['build', 'run', 'train', 'ls', 'rm', 'x', 'status', 'verify', 'fetch'])
    assert.deepEqual(nearWords(word, commands), [], word);
  assert.deepEqual(nearWords('--bogus', ['--blobs', '--push', '--tag']), []);
});
