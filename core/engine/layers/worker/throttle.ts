import { constants, setPriority } from 'node:os';
import type { ThreadLimits } from '../Limits.ts';

/** Makes a thread pause between its blocks. Times in ms. */
export interface Throttle {
  /** So many bytes were read and worked on since the last call. */
  readonly pause: (bytes: number) => void;
}

export interface ThrottleClock {
  readonly now: () => number;
  readonly sleep: (ms: number) => void;
}

const cell = new Int32Array(new SharedArrayBuffer(4));

const threadClock: ThrottleClock = {
  now: () => performance.now(),
  sleep: (ms) => void Atomics.wait(cell, 0, 0, ms),
};

/** A pause in the work is no credit for more than this. */
const longestBlock = 1_000;

/** Pauses shorter than this are saved up: a thread cannot sleep exactly. */
const shortest = 10;

/** Pauses as long as share and rate ask for, whichever is more. */
export function createThrottle(
  { share, read }: Pick<ThreadLimits, 'share' | 'read'>,
  { now, sleep }: ThrottleClock = threadClock,
): Throttle {
  let woke = now();
  let owed = 0;
  return {
    pause: (bytes) => {
      const worked = Math.min(now() - woke, longestBlock);
      owed += Math.max(worked * (1 / share - 1), (bytes / read) * 1000 - worked);
      owed = Math.max(owed, 0);
      if (owed >= shortest) {
        sleep(owed);
        owed = 0;
      }
      woke = now();
    },
  };
}

const free: Throttle = { pause: () => undefined };
let current = free;
let isLow = false;

/** Sets the limits of this thread for the job that begins. */
export function limitThread(limits: ThreadLimits | undefined): void {
  current = limits ? createThrottle(limits) : free;
  if (!limits?.lowPriority || isLow || process.platform !== 'linux') return;
  isLow = true;
  // Zero is the calling thread here, not the process: what the main thread starts keeps its priority.
  setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);
}

/** So many bytes were read: time to pause, if there are limits. */
export function pauseAfter(bytes: number): void {
  current.pause(bytes);
}
