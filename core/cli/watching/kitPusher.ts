import { exitCodes, type KitwrightError } from '@kitwright/core/internal';
import { createAlarm, type WatchClock } from '@kitwright/core/internal/builds';
import { asKitwrightError } from '../output/errorText.ts';
import type { PendingPush, PushQueue } from './pushQueue.ts';

/**
 * Pushes kits in the background, one at a time; of several waiting kits only the newest is pushed. The next watch
 * pushes what was not pushed.
 */
export interface KitPusher {
  readonly add: (push: PendingPush) => void;
  /** Tries a waiting push at once. */
  readonly now: () => void;
  /** The kit that is being pushed or waits; undefined = there is none. */
  readonly pending: () => PendingPush | undefined;
  /** Why the newest kit may not be at its destination, if its last push was refused. */
  readonly refusal: () => KitwrightError | undefined;
  /** Waits until no push is running. */
  readonly idle: () => Promise<void>;
  /** No more kits come: a waiting push is tried once more. */
  readonly drain: () => Promise<void>;
}

export interface PusherOptions {
  readonly queue: PushQueue;
  readonly send: (push: PendingPush) => Promise<void>;
  /** `retry` is the time in ms until the next try; null = this watch does not try again. */
  readonly onFailure: (push: PendingPush, error: KitwrightError, retry: number | null) => void;
  /** A kit is pushed instead of an older one that was not pushed yet. */
  readonly onReplaced: (older: PendingPush, newer: PendingPush) => void;
  readonly clock: Pick<WatchClock, 'later'>;
  /** Ends the pushes: what was not pushed stays for the next watch. */
  readonly signal: AbortSignal;
}

/** Pauses between tries, in ms: they double from the first to the last. */
const firstPause = 5_000;
const lastPause = 300_000;

/**
 * Starts with the kit that an earlier watch left in the queue. A failed push is retried after growing pauses, or with
 * the next kit.
 */
export function createPusher(options: PusherOptions): KitPusher {
  const { queue, onReplaced, clock, signal } = options;
  const pause = createPause(clock);
  let waiting = queue.pending();
  let sending: Promise<unknown> | undefined;
  let running: Promise<void> | undefined;
  let isLast = false;
  const { attempt, refusal } = createAttempt(options, () => isLast || signal.aborted);
  const run = async (): Promise<void> => {
    for (let push = waiting; push; push = waiting) {
      const tried = attempt(push);
      sending = tried;
      const retry = await tried;
      sending = undefined;
      if (waiting !== push) continue;
      if (retry === undefined) {
        waiting = undefined;
        continue;
      }
      // It stays in the queue.
      if (isLast || signal.aborted) return;
      await pause.wait(retry);
      if (signal.aborted) return;
    }
  };
  const start = () => {
    running ??= run().finally(() => {
      running = undefined;
    });
  };
  signal.addEventListener('abort', pause.end);
  if (waiting) start();
  return {
    add: (push) => {
      if (waiting) onReplaced(waiting, push);
      waiting = push;
      queue.put(push);
      pause.end();
      start();
    },
    now: pause.end,
    pending: () => waiting,
    refusal,
    idle: async () => void (await sending),
    drain: async () => {
      isLast = true;
      pause.end();
      await running;
    },
  };
}

/** A wait that can be ended early; ending it has no effect while nobody waits. */
function createPause({ later }: PusherOptions['clock']) {
  const alarm = createAlarm(later);
  let isWaiting = false;
  return {
    wait: async (ms: number): Promise<void> => {
      isWaiting = true;
      await alarm.wait(ms);
      isWaiting = false;
    },
    end: (): void => {
      if (isWaiting) alarm.ring();
    },
  };
}

/** Pushes a kit; returns the time (ms) until the next try, or undefined if there is no next try. */
function createAttempt({ queue, send, onFailure }: PusherOptions, isEnding: () => boolean) {
  let failures = 0;
  let refusal: KitwrightError | undefined;
  const attempt = async (push: PendingPush): Promise<number | undefined> => {
    try {
      await send(push);
      failures = 0;
      refusal = undefined;
      queue.done(push);
      return undefined;
    } catch (thrown) {
      const error = asKitwrightError(thrown);
      const isFinal = isHopeless(error);
      refusal = error.exit === exitCodes.refused ? error : undefined;
      if (isFinal) queue.done(push);
      const pause = Math.min(firstPause * 2 ** failures++, lastPause);
      onFailure(push, error, isFinal || isEnding() ? null : pause);
      return isFinal ? undefined : pause;
    }
  };
  return { attempt, refusal: () => refusal };
}

/** A kit that was removed since need not be pushed; after other failures a retry may succeed. */
function isHopeless({ code }: KitwrightError): boolean {
  return code === 'kit-not-found' || code === 'descriptor-mismatch';
}
