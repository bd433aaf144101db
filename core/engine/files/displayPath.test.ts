import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytePath } from './bytePath.ts';
import { displayPath, escapeControls } from './displayPath.ts';

test('nothing that steers a terminal gets through', () => {
  assert.equal(displayPath(bytePath('a\x1b[2Jb\u202ec\nd')), 'a\\u001b[2Jb\\u202ec\\u000ad');
});

test('each sign that Unicode has to turn the direction of text is escaped', () => {
  const all = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));
  const turning = all.filter((sign) => /\p{Bidi_Control}/u.test(sign));
  assert.equal(turning.length, 12);
  for (const sign of turning) assert.match(escapeControls(sign), /^\\u[0-9a-f]{4}$/);
});

test('lines can be kept for results', () => assert.equal(escapeControls('a\nb\x07', 'keep'), 'a\nb\\u0007'));
