import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { limitMemory } from './limitMemory.ts';

const isLinux = process.platform === 'linux';

/** Takes memory of its own, without touching it. */
const taking = (gibibytes: number) => [
  '-e',
  `try { for (let i = 0; i < ${gibibytes} * 4; i++) globalThis['b' + i] = Buffer.allocUnsafeSlow(2 ** 28) } catch { process.exit(9) }`,
];

test('a program that takes all memory does not get it', { skip: !isLinux }, () => {
  const [program, args] = limitMemory(process.execPath, taking(5));
  assert.notEqual(spawnSync(program, args, { stdio: 'ignore' }).status, 0);
  const [usual, same] = limitMemory(process.execPath, taking(1));
  assert.equal(spawnSync(usual, same, { stdio: 'ignore' }).status, 0);
});

test('its arguments stay as they are', () => {
  const words = ['a b', '$HOME', "'", '', '-x'];
  const [program, args] = limitMemory(process.execPath, [
    '-p',
    'JSON.stringify(process.argv.slice(1))',
    '--',
    ...words,
  ]);
  assert.deepEqual(JSON.parse(spawnSync(program, args, { encoding: 'utf8' }).stdout), words);
});

test('elsewhere it runs as it is', () => {
  assert.deepEqual(limitMemory('/usr/bin/git', ['status'], 'darwin'), ['/usr/bin/git', ['status']]);
});
