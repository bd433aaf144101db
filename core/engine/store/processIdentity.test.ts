import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { isGone, ownIdentity } from './processIdentity.ts';

test('this process is not gone; one with its pid and another start time is', () => {
  assert.equal(isGone(ownIdentity()), false);
  assert.equal(isGone({ ...ownIdentity(), started: '1' }), process.platform === 'linux');
  assert.equal(isGone({ ...ownIdentity(), host: 'another machine', started: '1' }), false);
});

test('a process that is dead is gone, also while its parent has not asked how it ended', async (t) => {
  if (process.platform !== 'linux') return t.skip('Only Linux shows the dead.');
  // The shell starts a process, and becomes one that never asks. Only then that process ends: a shell might ask.
  const shell = 'cat <&3 & echo $!; exec 3<&-; exec sleep 60';
  const parent = spawn('sh', ['-c', shell], { stdio: ['ignore', 'pipe', 'ignore', 'pipe'] });
  const { value } = await createInterface(parent.stdout as Readable)
    [Symbol.asyncIterator]()
    .next();
  const dead = { pid: Number(value), host: hostname(), started: '' };
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
  };
  await until(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8') === 'sleep\n');
  assert.equal(isGone(dead), false);
  (parent.stdio[3] as Writable).end();
  await until(() => isGone(dead));
  assert.doesNotThrow(() => process.kill(dead.pid, 0), 'its pid is still taken');
  parent.kill();
});
