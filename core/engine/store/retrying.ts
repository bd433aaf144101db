import { setTimeout } from 'node:timers/promises';
import { KitwrightError } from '../errors/KitwrightError.ts';

/** How a failed transfer is tried again. */
export interface RetryOptions {
  readonly signal: AbortSignal;
  /** Tests need not wait. */
  readonly wait?: Wait | undefined;
  /** Did the last try get somewhere? Then the count starts again. */
  readonly progress?: () => boolean;
}

/**
 * Waits for `ms`, or rejects when the signal is aborted; `why` is a sentence without its full stop. Injected, so that
 * tests never wait.
 */
export type Wait = (ms: number, signal: AbortSignal, why: string) => Promise<void>;

/** Tries again what failed with `Passing`. Throws `network-failed`. */
export async function retrying<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let failures = 0; ; ) {
    try {
      return await work();
    } catch (error) {
      failures = options.progress?.() ? 1 : failures + 1;
      await waitToRetry(error, failures, options);
    }
  }
}

/** A failure of a transfer that may pass by itself: a cut, a busy host. */
export class Passing extends Error {
  /** What the host asked for, in ms. */
  readonly retryAfter: number | undefined;
  constructor(message: string, retryAfter?: number, cause?: unknown) {
    super(message, { cause });
    this.retryAfter = retryAfter;
  }
}

/** Times that something is tried without any progress. */
const maxAttempts = 5;

/** A host that asks for more patience than this (ms) is not waited for. */
const maxRetryAfter = 60_000;

/**
 * Waits before the next try after `failures` without progress: a growing delay, or what the host asked for. Throws the
 * error if it will not pass by itself, and `network-failed` after the last try.
 */
export async function waitToRetry(
  error: unknown,
  failures: number,
  { signal, wait = standardWait }: RetryOptions,
): Promise<void> {
  signal.throwIfAborted();
  if (!(error instanceof Passing)) throw error;
  if (failures >= maxAttempts || (error.retryAfter ?? 0) > maxRetryAfter) throw failed(error);
  await wait(error.retryAfter ?? delay(failures), signal, error.message).catch((stopped: unknown) => {
    throw signal.aborted ? signal.reason : stopped;
  });
}

/** Waits by a timer of the system. */
export const standardWait: Wait = async (ms, signal) => {
  await setTimeout(ms, undefined, { signal });
};

function failed(error: Passing): KitwrightError {
  return new KitwrightError('network-failed', `${error.message}.`, { cause: error });
}

const firstDelay = 500;

/** Exponential, with jitter: 0.5 to 1 of the full delay. */
function delay(attempt: number): number {
  return firstDelay * 2 ** attempt * (0.5 + Math.random() / 2);
}

/** `Retry-After` in seconds (RFC 9110, 10.2.3) as ms; a date, or nothing, is undefined. */
export function retryAfterOf(header: string | null): number | undefined {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}
