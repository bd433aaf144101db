import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signalsIn } from './ignoredSignals.ts';

test('a mask of Linux names the signals that end or stop a program', () => {
  assert.deepEqual(signalsIn('0000000000000001'), ['SIGHUP']);
  assert.deepEqual(signalsIn('0000000000000006'), ['SIGINT', 'SIGQUIT']);
  assert.deepEqual(signalsIn('0000000000001000'), [], 'SIGPIPE, which Python ignores by default');
  assert.equal(signalsIn('ffffffffffffffff').length, 9);
});

test('an invalid mask names none', () => {
  for (const mask of [undefined, '', '0x1', 'SigIgn:', '1'.repeat(17), '-1', '1\n'])
    assert.deepEqual(signalsIn(mask), []);
});
