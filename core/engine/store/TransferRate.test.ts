import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTransferRate } from './TransferRate.ts';

const megabyte = 1024 ** 2;

/** Is an answer slow that brings 32 MiB in so many ms, while this thread works for a share of the time? */
const isSlow = (ms: number, share: number): boolean => {
  let now = 0;
  const heard: number[] = [];
  using rate = createTransferRate(() => heard.push(now), { now: () => now, share: () => () => share });
  rate.start();
  for (let i = 0; i < 32; i++) {
    now += ms / 32;
    rate.add(megabyte);
  }
  assert.equal(heard.length, rate.isSlow() ? 1 : 0);
  return rate.isSlow();
};

test('an answer is slow where the way is the limit, and not where this thread is', () => {
  assert.equal(isSlow(100, 0.1), false);
  assert.equal(isSlow(1000, 0.1), true);
  assert.equal(isSlow(1000, 0.95), false);
});

test('one that brings nothing more is slow as soon as this thread has nothing more to do', async () => {
  const slow = Promise.withResolvers<void>();
  let [now, share] = [0, 1];
  const clock = { now: () => (now += 1000), share: () => () => share };
  using rate = createTransferRate(slow.resolve, clock);
  rate.start();
  rate.add(1);
  share = 0.5;
  await slow.promise;
  assert.equal(rate.isSlow(), true);
});
