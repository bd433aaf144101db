import { type ErrorData, toErrorData } from '../../errors/errorData.ts';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { compressRecipe, decompressFile } from './compress.ts';
import { extractPieces } from './extract.ts';
import { followFile } from './follow.ts';
import { hashRecipe } from './hash.ts';
import { probeFiles } from './probe.ts';

/** Errors cross the thread as data; anything else is a defect and keeps its stack. */
export type Outcome<T> = { readonly value: T } | { readonly error: ErrorData };

const answering =
  <J, T>(job: (job: J) => T | Promise<T>) =>
  async (input: J): Promise<Outcome<T>> => {
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
