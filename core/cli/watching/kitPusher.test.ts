import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf, KitwrightError, mediaTypes } from '@kitwright/core/internal';
import { createPusher } from './kitPusher.ts';
import type { PendingPush, PushQueue } from './pushQueue.ts';

const push = (count: number): PendingPush => ({
  root: { mediaType: mediaTypes.manifest, digest: digestOf(Buffer.from(String(count))), size: 1 },
  count,
  tags: ['latest'],
});

const queueOf = (first?: PendingPush): PushQueue => {
  let kept = first;
  return {
    pending: () => kept,
    put: (one) => {
      kept = one;
    },
    done: ({ root }) => {
      if (kept?.root.digest === root.digest) kept = undefined;
    },
  };
};

/** A pusher whose pushes end with `outcomes` (a code = a failure), and whose timers fire when the test calls them. */
const start = (outcomes: readonly (string | undefined)[], queue: PushQueue = queueOf()) => {
  const left = [...outcomes];
  const sent: number[] = [];
  const pauses: (number | null)[] = [];
  const timers: (() => void)[] = [];
  const asked: number[] = [];
  const pusher = createPusher({
    queue,
    send: async ({ count }) => {
      sent.push(count);
      const code = left.shift();
      if (code) throw new KitwrightError(code as 'network-failed', 'It failed.');
    },
    onFailure: (_, __, retry) => pauses.push(retry),
    onReplaced: () => undefined,
    clock: {
      later: (callback, ms) => {
        asked.push(ms);
        timers.push(callback);
        return () => undefined;
      },
    },
    signal: new AbortController().signal,
  });
  /** Lets the pusher run to its next timer, or to its end. */
  const settle = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  return { pusher, queue, sent, pauses, asked, settle, fire: () => timers.shift()?.() };
};

test('a failed push is retried after pauses that double, up to five minutes', async () => {
  const { pusher, pauses, sent, asked, settle, fire, queue } = start(Array.from({ length: 8 }, () => 'network-failed'));
  pusher.add(push(1));
  for (let i = 0; i < 8; i++) {
    await settle();
    fire();
  }
  await settle();
  const seconds = [5, 10, 20, 40, 80, 160, 300, 300].map((s) => s * 1000);
  assert.deepEqual([pauses, asked], [seconds, seconds]);
  assert.deepEqual([sent.length, queue.pending()], [9, undefined]);
});

test('a newer kit is pushed at once, instead of the one that waits', async () => {
  const { pusher, sent, settle, queue } = start(['network-failed']);
  pusher.add(push(1));
  await settle();
  pusher.add(push(2));
  await settle();
  assert.deepEqual([sent, queue.pending()], [[1, 2], undefined]);
});

test('a push that is requested now does not wait', async () => {
  const { pusher, sent, settle } = start(['network-failed']);
  pusher.add(push(1));
  await settle();
  pusher.now();
  await settle();
  assert.deepEqual(sent, [1, 1]);
});

test('at the end a push is tried once more, and the kit stays in the queue if that fails', async () => {
  const { pusher, sent, pauses, queue, settle } = start(['network-failed', 'unauthorized']);
  pusher.add(push(1));
  await settle();
  await pusher.drain();
  assert.deepEqual([sent, pauses, queue.pending()?.count], [[1, 1], [5_000, null], 1]);
});

test('a kit that an earlier watch left is pushed first, unless it was removed since', async () => {
  const { pusher, sent, pauses, queue } = start(['kit-not-found'], queueOf(push(7)));
  await pusher.drain();
  assert.deepEqual([sent, pauses, queue.pending()], [[7], [null], undefined]);
});
