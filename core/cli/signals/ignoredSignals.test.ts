import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptIgnored, signalsIn } from './ignoredSignals.ts';

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

test('an ignored interrupt stays ignored only in a watch with a command', () => {
  const signals = ['SIGHUP', 'SIGINT', 'SIGQUIT'] as const;
  assert.deepEqual(keptIgnored(signals, ['watch', '.', '-t', 'run', '--', 'python', 'train.py']), signals);
  for (const args of [[], ['watch', '.'], ['pack', '.', '-t', 'run'], ['pull', '--', 'team/watch:1']])
    assert.deepEqual(keptIgnored(signals, args), ['SIGHUP', 'SIGQUIT']);
});
