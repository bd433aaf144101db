import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createThrottle } from './throttle.ts';

/**
 * A thread that works for `work` ms on each of `blocks` blocks of `bytes` bytes; gives the ms that it worked and slept.
 */
const run = (limits: { share: number; read: number }, blocks: number, work: number, bytes: number) => {
  let [now, slept] = [0, 0];
  const clock = {
    now: () => now,
    sleep: (ms: number) => {
      now += ms;
      slept += ms;
    },
  };
  const throttle = createThrottle(limits, clock);
  for (let i = 0; i < blocks; i++) {
    now += work;
    throttle.pause(bytes);
  }
  return { worked: blocks * work, slept };
};

const unlimited = Number.POSITIVE_INFINITY;

test('a share of the time: a quarter means a pause three times as long as the work', () => {
  const { worked, slept } = run({ share: 0.25, read: unlimited }, 1000, 1, 1024);
  assert.ok(Math.abs(slept - 3 * worked) < 50, String(slept));
});

test('a rate: as many bytes a second as are allowed', () => {
  const { worked, slept } = run({ share: 1, read: 1_000_000 }, 1000, 1, 10_000);
  assert.ok(Math.abs(worked + slept - 10_000) < 50, String(worked + slept));
});

test('of both limits the stricter one counts, and what is slow by itself never pauses', () => {
  assert.ok(Math.abs(run({ share: 0.5, read: 1_000_000 }, 100, 1, 10_000).slept - 900) < 50);
  assert.equal(run({ share: 1, read: 1_000_000 }, 100, 20, 10_000).slept, 0);
});
