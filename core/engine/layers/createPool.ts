import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Piscina } from 'piscina';
import { fromErrorData } from '../errors/errorData.ts';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { errnoOf } from '../errors/systemError.ts';
import { compressorError } from './compressorError.ts';
import { createSmallWork } from './createSmallWork.ts';
import { helpersFor } from './helpersFor.ts';
import type {
  CompressJob,
  CompressorSource,
  CompressResult,
  DecompressJob,
  DigestJob,
  DigestResult,
  EncodedRecipe,
  ExtractJob,
  ExtractResult,
  ExtractStreamJob,
  ExtractStreamResult,
  FollowJob,
  HashJob,
  HashResult,
  ProbeJob,
} from './jobs.ts';
import { type Limits, limitsOfThread, threadsWithin } from './Limits.ts';
import { openManyControl } from './manyControl.ts';
import type { ManyJob, ManyResult } from './manyFiles.ts';
import type { Outcome, ThreadJob } from './worker/main.ts';

/** How many threads, and what they may use. */
export interface PoolOptions {
  /** Number of threads; the number of cores by default. */
  readonly threads?: number;
  readonly limits?: Limits;
}

/** The worker pool: one thread for each core, started when the first job comes that is not small. */
export interface LayerPool {
  readonly threads: number;
  /** Starts so many threads, for work that comes soon: each takes a while to be up. */
  readonly start: (count: number) => void;
  /** The same for a layer of many files, of which so many helpers are worth their start. See `ManyJob.resume`. */
  readonly startMany: (helpers: number, resumes: boolean) => void;
  /** One of large files may be done by the caller's thread, if no other one is up: `place` says that it has other work. */
  readonly hash: (job: HashJob, place?: 'thread') => Promise<HashResult>;
  /** A tar of many files, by all threads together, and the one that asks. */
  readonly hashMany: (job: ManyJob) => Promise<ManyResult>;
  readonly probe: (job: ProbeJob) => Promise<Uint8Array>;
  /** SHA-256 of some files, and their content hashes. */
  readonly digest: (job: DigestJob) => Promise<DigestResult>;
  readonly extract: (job: ExtractJob) => Promise<ExtractResult>;
  readonly extractStream: (job: ExtractStreamJob) => Promise<ExtractStreamResult>;
  readonly compress: (job: CompressJob) => Promise<CompressResult>;
  readonly decompress: (job: DecompressJob) => Promise<string>;
  /** The digest of a file that grows; it ends with the last byte. */
  readonly follow: (job: FollowJob) => Promise<string>;
  readonly close: () => Promise<void>;
}

/**
 * What a thread allocates lives shorter than the reading of a block. With V8's own limit its garbage of some ten thousand
 * files would stay for the rest of the run.
 */
const youngMegabytes = 6;

export function createPool({ threads: wanted = availableParallelism(), limits = {} }: PoolOptions = {}): LayerPool {
  const threads = threadsWithin(limits, wanted);
  const share = limitsOfThread(limits, threads);
  const affinity = createAffinity();
  let opened: Piscina | undefined;
  const coming = new Set<Promise<unknown>>();
  const open = (): Piscina => {
    // Loaded when there is work: most commands have none. At once: threads start while the caller goes on scanning.
    const { Piscina } = createRequire(import.meta.url)('piscina') as typeof import('piscina');
    return new Piscina({
      filename: fileURLToPath(import.meta.resolve('#layers/worker')),
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: 60_000,
      resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes },
      atomics: 'disabled',
      // In the order in which they came: what follows a download must not wait behind what it waits for.
      stricterFIFO: true,
      loadBalancer: affinity.balancer,
    });
  };
  const run = async <T>(name: string, job: unknown, layer?: string): Promise<T> => {
    opened ??= open();
    const pool = opened;
    const task: ThreadJob<unknown> = { job, limits: share };
    return unwrap((await affinity.prefer(layer, () => pool.run(task, { name }))) as Outcome<T>);
  };
  /** Takes a thread that is on its way: for a task that comes before it is up another one would start. */
  const runAlone = async <T>(name: string, job: unknown, layer?: string): Promise<T> => {
    const [next] = coming;
    if (next) {
      const before = opened;
      coming.delete(next);
      await next;
      if (opened !== before) throw new KitwrightError('cancelled', 'Cancelled.');
    }
    return run<T>(name, job, layer);
  };
  // What a stream of a plugin throws where nobody can catch it ends the thread.
  const withCompressor = <T>(name: string, job: CompressorSource): Promise<T> =>
    runAlone<T>(name, job).catch((error: unknown) => {
      throw opened === undefined || isOfThread(error) ? error : compressorError(job, name, error);
    });
  /**
   * This thread takes the place of one, which would take 50 ms to be up, and compile once more what it runs. Not where
   * that is limited, nor in a watch, whose threads are up.
   */
  const shareOf = (helpers: number, resumes: boolean) => {
    const most = Math.min(threads - 1, helpers);
    const here = most > 0 && share === undefined && !resumes;
    return { here, there: here ? most - 1 : most };
  };
  const helpHere = async (job: ManyJob) => (await import('./worker/hashMany.ts')).helpBeside(job);
  /** Whoever comes too late finds nothing left, or not even the pack. */
  const help = (job: ManyJob, helping: Promise<unknown>): Promise<unknown> =>
    helping.then(
      () => undefined,
      (error: unknown) => {
        openManyControl(job.control).stop('failed');
        return error;
      },
    );
  const small = createSmallWork();
  // What is limited, or goes on from an earlier job, belongs into a thread.
  const isSmall = ({ recipe, midstates }: { readonly recipe: EncodedRecipe; readonly midstates?: string }) =>
    midstates === undefined && share === undefined && small.takes(recipe);
  const hashHere = async (job: HashJob, turn?: () => Promise<unknown>): Promise<HashResult> => ({
    ...(await (await import('./worker/hashRecipe.ts')).hashRecipe(job, turn)),
    thread: 0,
  });
  let isFree = true;
  /** To start a thread takes as long as to hash 100 MB: who has nothing else to hash needs none. */
  const hashLarge = async (job: HashJob): Promise<HashResult> => {
    isFree = false;
    try {
      return await hashHere(job, setImmediate);
    } finally {
      isFree = true;
    }
  };
  const start = (count: number) => {
    // One that is not up yet would not take the task: another one would start for it.
    const missing = Math.min(count, threads) - (opened?.threads.length ?? 0);
    // A thread that does not start fails the first job that needs it.
    for (let i = 0; i < missing; i++) {
      const thread = run('start', undefined)
        .catch(() => undefined)
        .finally(() => coming.delete(thread));
      coming.add(thread);
    }
  };
  return {
    threads,
    start,
    startMany: (helpers, resumes) => start(1 + shareOf(helpers, resumes).there),
    hash: async (job, place) => {
      if (isSmall(job)) return small.run(() => hashHere(job));
      const mayStay = place === undefined && job.midstates === undefined && share === undefined;
      if (mayStay && isFree && opened === undefined) return hashLarge(job);
      const result = await runAlone<HashResult>('hash', job, job.midstates);
      affinity.note(job.midstates, result.thread);
      return result;
    },
    hashMany: async (job) => {
      const { layer } = job.resume ?? {};
      const { here, there } = shareOf(helpersFor(job), job.resume !== undefined);
      const before = opened;
      // For a task that no thread is up for another one starts, although this one takes its place.
      if (here) await Promise.all(coming);
      if (before && opened !== before) throw new KitwrightError('cancelled', 'Cancelled.');
      // First, so that it gets the thread that knows the layer.
      const leading = run<ManyResult>('hashMany', job, layer);
      const helpers = Array.from({ length: there }, () => help(job, run('helpMany', job)));
      if (here) helpers.push(help(job, helpHere(job)));
      const [led] = await Promise.allSettled([leading]);
      if (led.status === 'fulfilled') {
        affinity.note(layer, led.value.thread);
        return led.value;
      }
      // One that could not even begin has told nobody: the others would wait for it.
      openManyControl(job.control).stop('failed');
      // A thread that helped knows why; the one that leads then only stopped.
      if (!isCancelled(led.reason)) throw led.reason;
      throw (await Promise.all(helpers)).find((error) => error !== undefined && !isCancelled(error)) ?? led.reason;
    },
    probe: async (job) => (isSmall(job) ? (await import('./worker/probeFiles.ts')).probeFiles(job) : run('probe', job)),
    digest: async (job) =>
      isSmall(job) ? (await import('./worker/digestFiles.ts')).digestFiles(job) : run('digest', job),
    extract: (job) => run('extract', job),
    extractStream: (job) => withCompressor('extractStream', job),
    compress: (job) => withCompressor('compress', job),
    decompress: (job) => withCompressor('decompress', job),
    follow: (job) => run('follow', job),
    close: async () => {
      const pool = opened;
      opened = undefined;
      await pool?.destroy();
    },
  };
}

type Balancer = NonNullable<NonNullable<ConstructorParameters<typeof Piscina>[0]>['loadBalancer']>;

/** Sends a layer back to the thread that holds its midstates, if that one is idle. */
function createAffinity() {
  const threads = new Map<string, number>();
  const wanted = new Map<number, number>();
  let next: number | undefined;
  const balancer: Balancer = (task, workers) => {
    if (next !== undefined) wanted.set(task.taskId, next);
    const thread = wanted.get(task.taskId);
    const idle = workers.filter((worker) => worker.currentUsage === 0);
    const chosen = idle.find((worker) => worker.id === thread) ?? idle[0] ?? null;
    if (chosen) wanted.delete(task.taskId);
    return chosen;
  };
  return {
    balancer,
    /** Runs `start`, which must post its task at once, with a preference for the layer's thread. */
    prefer: <T>(layer: string | undefined, start: () => T): T => {
      next = layer === undefined ? undefined : threads.get(layer);
      try {
        return start();
      } finally {
        next = undefined;
      }
    },
    note: (layer: string | undefined, thread: number): void => {
      if (layer !== undefined) threads.set(layer, thread);
    },
  };
}

function isCancelled(error: unknown): boolean {
  return error instanceof KitwrightError && error.code === 'cancelled';
}

/** An error that a job gives, or of the thread itself: it has no memory left. */
function isOfThread(error: unknown): boolean {
  return error instanceof KitwrightError || errnoOf(error)?.startsWith('ERR_WORKER') === true;
}

function unwrap<T>(outcome: Outcome<T>): T {
  if ('error' in outcome) throw fromErrorData(outcome.error);
  return outcome.value;
}
