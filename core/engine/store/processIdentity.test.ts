import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { hostname } from 'node:os';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { isGone, ownIdentity } from './processIdentity.ts';

test('this process is not gone; one with its pid and another start time is', () => {
  assert.equal(isGone(ownIdentity()), false);
  assert.equal(isGone({ ...ownIdentity(), started: '1' }), process.platform === 'linux');
  assert.equal(isGone({ ...ownIdentity(), host: 'another machine', started: '1' }), false);
});

test('a process that is dead is gone, also while its parent has not asked how it ended', async (t) => {
  if (process.platform !== 'linux') return t.skip('Only Linux shows the dead.');
  // The shell starts a process, and becomes one that never asks: the dead one stays until that ends too.
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await createInterface(parent.stdout)
    [Symbol.asyncIterator]()
    .next()
    .then(({ value }) => [String(value)]);
  const dead = { pid: Number(line), host: hostname(), started: '' };
  while (!isGone(dead)) await new Promise((resolve) => setImmediate(resolve));
  assert.doesNotThrow(() => process.kill(dead.pid, 0), 'its pid is still taken');
  parent.kill();
});
