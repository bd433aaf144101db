import { setTimeout } from 'node:timers/promises';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { delayAfter, isTransientFailure, maxAttempts, maxRetryAfter, mostFailures } from './retryPolicy.ts';

/** How a failed transfer is tried again. */
export interface RetryOptions {
  readonly signal: AbortSignal;
  /** Tests need not wait. */
  readonly wait?: Wait | undefined;
  /** How far the work is, in bytes. A try that got further than all before it starts the count again. */
  readonly progress?: () => number;
  /** The error after the last try, where there is more to say than what failed. */
  readonly giveUp?: (last: TransientError) => KitwrightError;
}

/**
 * Waits for `ms`, or rejects when the signal is aborted; `why` is a sentence without its full stop. Injected, so that
 * tests never wait.
 */
export type Wait = (ms: number, signal: AbortSignal, why: string) => Promise<void>;

/**
 * Tries again what failed with a `TransientError`, as `retryPolicy.ts` says. `work` hears whether this is the last try
 * if it fails. Throws `network-failed` after the last one, `remote-refused` if the host asks for too much patience.
 */
export async function retrying<T>(work: (isLast: boolean) => Promise<T>, options: RetryOptions): Promise<T> {
  const retries = createRetries(options);
  for (;;) {
    options.signal.throwIfAborted();
    try {
      return await work(retries.isLast());
    } catch (error) {
      await retries.failed(error);
    }
  }
}

const transient: unique symbol = Symbol.for('kitwright.transient');

/**
 * A failure that may pass by itself: a cut, a busy host. `retryAfter` is what the host asked for, in ms. Marked as
 * `KitwrightError` is: a plugin may bring a copy of the engine.
 */
export class TransientError extends Error {
  readonly retryAfter: number | undefined;
  constructor(
    message: string,
    { retryAfter, cause }: { readonly retryAfter?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.retryAfter = retryAfter;
    Object.defineProperty(this, transient, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && transient in value;
  }
}

/** Counts the failures of one work. */
export interface Retries {
  /** Would a failure without progress be the last one? */
  readonly isLast: () => boolean;
  /** Waits until it is time for the next try; throws if there is none. */
  readonly failed: (error: unknown) => Promise<void>;
}

/** For what cannot be given to `retrying`: a generator. */
export function createRetries(options: RetryOptions): Retries {
  const { signal, wait = standardWait, progress = () => 0, giveUp = finalError } = options;
  const start = progress();
  let [failures, furthest, all] = [0, start, 0];
  return {
    isLast: () => failures === maxAttempts - 1,
    failed: async (error) => {
      // It may say what did not end.
      if (error instanceof KitwrightError && error.code === 'cancelled') throw error;
      signal.throwIfAborted();
      if (!(error instanceof TransientError)) throw error;
      const now = progress();
      failures = now > furthest ? 1 : failures + 1;
      furthest = Math.max(furthest, now);
      if (failures === maxAttempts || ++all > mostFailures(furthest - start)) throw giveUp(error);
      await wait(delayOf(error, failures), signal, error.message).catch((stopped: unknown) => {
        throw signal.aborted ? signal.reason : stopped;
      });
    },
  };
}

/** Waits by a timer of the system. */
export const standardWait: Wait = async (ms, signal) => {
  await setTimeout(ms, undefined, { signal });
};

/** What is said of it when nobody tries again. An error that is ours says already what failed. */
export function finalError(error: TransientError): KitwrightError {
  return error.cause instanceof KitwrightError
    ? error.cause
    : new KitwrightError('network-failed', `${error.message}.`, { cause: error });
}

function delayOf({ message, retryAfter }: TransientError, failures: number): number {
  if (retryAfter !== undefined && retryAfter > maxRetryAfter)
    throw new KitwrightError(
      'remote-refused',
      `${message} and asks to come back in ${Math.round(retryAfter / 1000)} s.`,
    );
  return delayAfter(failures, retryAfter);
}

/**
 * A connection that failed for `cause`: final where trying again is of no use. An error of ours says already what
 * failed: a setting that cannot be used, for example. `message` has no full stop.
 */
export function connectionError(message: string, cause: unknown): TransientError | KitwrightError {
  if (cause instanceof KitwrightError) return cause;
  return isTransientFailure(cause)
    ? new TransientError(message, { cause })
    : new KitwrightError('network-failed', `${message}.`, { cause });
}
