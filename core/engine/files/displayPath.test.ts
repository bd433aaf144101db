import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytePath } from './bytePath.ts';
import { displayPath, escapeControls } from './displayPath.ts';

test('nothing that steers a terminal gets through', () => {
  assert.equal(displayPath(bytePath('a\x1b[2Jb\u202ec\nd')), 'a\\u001b[2Jb\\u202ec\\u000ad');
});

test('lines can be kept for results', () => assert.equal(escapeControls('a\nb\x07', 'keep'), 'a\nb\\u0007'));
