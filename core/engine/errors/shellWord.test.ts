import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { shellWord } from './shellWord.ts';

test('a shell takes a word for that word, whatever is in it', {
  skip: process.platform === 'win32' && 'the words are for sh',
}, () => {
  const words = [
    '/a/b-c.d',
    'a b',
    "it's",
    '$(id)',
    '`id`',
    'a;id',
    '*',
    '',
    'x"y',
    '~',
    '#a',
    "'",
    '\\',
    '!x',
    'a\nb',
  ];
  const printed = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${words.map(shellWord).join(' ')}`], {
    encoding: 'utf8',
  });
  assert.deepEqual(printed.split('\0').slice(0, -1), words);
  assert.equal(shellWord('/a/b-c.d'), '/a/b-c.d');
});
