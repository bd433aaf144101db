import type { LayerPool, PoolOptions } from '../layers/createPool.ts';

/** Runs the leaf work of builds, hashing above all, somewhere: in threads of this process, or elsewhere. */
export interface Executor {
  readonly id: string;
  /**
   * `local` does everything in threads of this process. An executor spreads it and replaces what it runs elsewhere:
   * `{ ...local, hash }`. A job names files of this machine by path, offset and size; whoever runs it elsewhere must see
   * them there, or fall back to `local`. The result of `hash` must be right: it is not computed twice.
   */
  readonly open: (options: PoolOptions, local: LayerPool) => LayerPool;
}

/** The id of the executor that is always there. */
export const localExecutor = 'threads';
