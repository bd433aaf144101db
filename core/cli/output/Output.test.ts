import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeLines } from './Output.ts';

test('each line stays one line, with any text in it', () => {
  assert.equal(escapeLines('a\n::x\r\x1b[2J'), 'a\\u000a::x\\u000d\\u001b[2J');
  assert.equal(escapeLines(['a', '', 'b\u2028c\u202ed']), 'a\n\nb\\u2028c\\u202ed');
});

test('a line is no command for a CI system that reads it', () => {
  for (const [line, shown] of [
    ['::error::x', '\\u003a:error::x'],
    ['  ::error::x', '  \\u003a:error::x'],
    ['a ::b', 'a ::b'],
    ['a ##[error]x ##vso[x]', 'a #\\u0023[error]x #\\u0023vso[x]'],
  ] as const) {
    assert.equal(escapeLines(line, true), shown);
    assert.equal(escapeLines(line), line);
  }
});
