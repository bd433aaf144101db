import { threadId } from 'node:worker_threads';
import { type ErrorData, toErrorData } from '../../errors/errorData.ts';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import type {
  CompressJob,
  DecompressJob,
  DigestJob,
  ExtractJob,
  ExtractStreamJob,
  FollowJob,
  HashJob,
  ProbeJob,
} from '../jobs.ts';
import type { ThreadLimits } from '../Limits.ts';
import type { ManyJob } from '../manyFiles.ts';
import { limitThread } from './throttle.ts';

/** Errors cross the thread as data; anything else is a defect and keeps its stack. */
export type Outcome<T> = { readonly value: T } | { readonly error: ErrorData };

/** What a thread is asked to do, and what it may take for that. */
export interface ThreadJob<J> {
  readonly job: J;
  readonly limits: ThreadLimits | undefined;
}

// Each is loaded when it is asked for: a thread is up sooner.
export const hash = answering(async (job: HashJob) => ({
  ...(await (await import('./hashRecipe.ts')).hashRecipe(job)),
  thread: threadId,
}));

export const hashMany = answering(async (job: ManyJob) => (await import('./hashMany.ts')).hashMany(job));
export const helpMany = answering(async (job: ManyJob) => (await import('./hashMany.ts')).helpMany(job));

function answering<J, T>(job: (job: J) => T | Promise<T>) {
  return async ({ limits, job: input }: ThreadJob<J>): Promise<Outcome<T>> => {
    limitThread(limits);
    try {
      return { value: await job(input) };
    } catch (error) {
      if (error instanceof KitwrightError) return { error: toErrorData(error) };
      throw error;
    }
  };
}

export const probe = answering(async (job: ProbeJob) => (await import('./probeFiles.ts')).probeFiles(job));
export const digest = answering(async (job: DigestJob) => (await import('./digestFiles.ts')).digestFiles(job));
export const extract = answering(async (job: ExtractJob) => (await import('./extractEntries.ts')).extractEntries(job));
export const extractStream = answering(async (job: ExtractStreamJob) =>
  (await import('./extractStream.ts')).extractStream(job),
);
export const compress = answering(async (job: CompressJob) =>
  (await import('./compressRecipe.ts')).compressRecipe(job),
);
export const decompress = answering(async (job: DecompressJob) =>
  (await import('./decompressFile.ts')).decompressFile(job),
);
export const follow = answering(async (job: FollowJob) => (await import('./followFile.ts')).followFile(job));

/** A thread that has answered this one is up. */
export const start = answering(() => undefined);
