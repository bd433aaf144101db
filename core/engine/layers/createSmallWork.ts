import type { EncodedRecipe } from './jobs.ts';

/** Work that is done by the caller's thread, since another one takes longer to start. */
export interface SmallWork {
  /** Is this small? Only a few files are, until they add up. */
  readonly takes: (recipe: EncodedRecipe) => boolean;
  /** Does one after the other, as a thread of the pool does: they share hashers and buffers. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
}

export function createSmallWork(): SmallWork {
  let left = mostCost;
  let last: Promise<unknown> = Promise.resolve();
  return {
    takes: ({ sizes }) => {
      const cost = sizes.reduce((sum, size) => sum + size + pieceCost, 0);
      if (cost <= messageCost) return true;
      if (cost > left) return false;
      left -= cost;
      return true;
    },
    run: (work) => {
      const done = last.then(work);
      last = done.catch(() => undefined);
      return done;
    },
  };
}

/** In bytes that are read; all work of a pool together. */
const mostCost = 4 * 1024 * 1024;

/** To send work to a thread and take its answer costs this one as much as to do so little itself. */
const messageCost = 64 * 1024;

/** Opening a file takes as long as reading about so many bytes. */
const pieceCost = 16 * 1024;
