import { type ErrorData, toErrorData } from '../../errors/errorData.ts';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import type { ThreadLimits } from '../Limits.ts';
import { compressRecipe, decompressFile } from './compress.ts';
import { extractPieces } from './extract.ts';
import { followFile } from './follow.ts';
import { hashRecipe } from './hash.ts';
import { probeFiles } from './probe.ts';
import { limitThread } from './throttle.ts';

/** Errors cross the thread as data; anything else is a defect and keeps its stack. */
export type Outcome<T> = { readonly value: T } | { readonly error: ErrorData };

/** What a thread is asked to do, and what it may take for that. */
export interface ThreadJob<J> {
  readonly job: J;
  readonly limits: ThreadLimits | undefined;
}

const answering =
  <J, T>(job: (job: J) => T | Promise<T>) =>
  async ({ limits, job: input }: ThreadJob<J>): Promise<Outcome<T>> => {
    limitThread(limits);
    try {
      return { value: await job(input) };
    } catch (error) {
      if (error instanceof KitwrightError) return { error: toErrorData(error) };
      throw error;
    }
  };

export const hash = answering(hashRecipe);
export const probe = answering(probeFiles);
export const extract = answering(extractPieces);
export const compress = answering(compressRecipe);
export const decompress = answering(decompressFile);
export const follow = answering(followFile);
