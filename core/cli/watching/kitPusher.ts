import { createAlarm, type KitwrightError, type WatchClock } from '@kitwright/core/internal';
import { asKitwrightError } from '../output/errorText.ts';
import type { PendingPush, PushQueue } from './pushQueue.ts';

/**
 * Sends kits in the background, one at a time; of those that wait only the newest goes. What was not sent is sent by
 * the next watch.
 */
export interface KitPusher {
  readonly add: (push: PendingPush) => void;
  /** Tries at once what waits for its next try. */
  readonly now: () => void;
  /** The kit that is on its way or waits; undefined = nothing is to be sent. */
  readonly pending: () => PendingPush | undefined;
  /** Waits until nothing is on its way. */
  readonly idle: () => Promise<void>;
  /** No more kits come: what waits is tried once more. */
  readonly drain: () => Promise<void>;
}

export interface PusherOptions {
  readonly queue: PushQueue;
  readonly send: (push: PendingPush) => Promise<void>;
  /** `retry` is the time in ms until the next try; null = this watch tries no more. */
  readonly onFailure: (push: PendingPush, error: KitwrightError, retry: number | null) => void;
  /** A kit goes instead of an older one that was not sent yet. */
  readonly onReplaced: (older: PendingPush, newer: PendingPush) => void;
  readonly clock: Pick<WatchClock, 'later'>;
  /** Ends the tries: what was not sent stays for the next watch. */
  readonly signal: AbortSignal;
}

/** Pauses between tries, in ms: they double from the first to the last. */
const firstPause = 5_000;
const lastPause = 300_000;

/**
 * Starts with what an earlier watch left in the queue. A push that fails is tried again after growing pauses, or with
 * the next kit.
 */
export function createPusher({ queue, send, onFailure, onReplaced, clock, signal }: PusherOptions): KitPusher {
  const alarm = createAlarm(clock.later);
  let waiting = queue.pending();
  let sending: Promise<unknown> | undefined;
  let running: Promise<void> | undefined;
  let isLast = false;
  let isResting = false;
  let failures = 0;
  const settle = (push: PendingPush): void => {
    queue.done(push);
    if (waiting === push) waiting = undefined;
  };
  /** Gives the time (ms) to wait before the next try; undefined = go on. */
  const attempt = async (push: PendingPush): Promise<number | undefined> => {
    try {
      await send(push);
      failures = 0;
      settle(push);
      return undefined;
    } catch (thrown) {
      const error = asKitwrightError(thrown);
      const isFinal = isHopeless(error);
      if (isFinal) settle(push);
      const pause = Math.min(firstPause * 2 ** failures++, lastPause);
      onFailure(push, error, isFinal || isLast || signal.aborted ? null : pause);
      return isFinal ? undefined : pause;
    }
  };
  const run = async (): Promise<void> => {
    for (let push = waiting; push; push = waiting) {
      const tried = attempt(push);
      sending = tried;
      const pause = await tried;
      sending = undefined;
      if (pause === undefined || waiting !== push) continue;
      // It stays in the queue.
      if (isLast || signal.aborted) return;
      isResting = true;
      await alarm.wait(pause);
      isResting = false;
      if (signal.aborted) return;
    }
  };
  const wake = () => {
    if (isResting) alarm.ring();
  };
  const start = () => {
    running ??= run().finally(() => {
      running = undefined;
    });
  };
  signal.addEventListener('abort', wake);
  if (waiting) start();
  return {
    add: (push) => {
      if (waiting) onReplaced(waiting, push);
      waiting = push;
      queue.put(push);
      wake();
      start();
    },
    now: wake,
    pending: () => waiting,
    idle: async () => void (await sending),
    drain: async () => {
      isLast = true;
      wake();
      await running;
    },
  };
}

/** A kit that was removed since need not be sent; anything else may go better later. */
function isHopeless({ code }: KitwrightError): boolean {
  return code === 'kit-not-found' || code === 'descriptor-mismatch';
}
