/**
 * How the workers of one layer share it: whoever has the baton looks for the next entries, passes it on, and writes
 * them. So each byte is read by one worker, and nobody waits for a file that another one writes.
 */
export interface Baton {
  /**
   * Waits for the baton, and gives the offset in the layer from which on nobody has looked; undefined if nothing is
   * left. Throws what `check` throws.
   */
  readonly take: (check: () => void) => number | undefined;
  /** Passes it on; undefined if nothing is left, or no other worker should go on. */
  readonly pass: (next: number | undefined) => void;
}

/** The memory of a baton, at the beginning of a layer. */
export function createBaton(): SharedArrayBuffer {
  return new SharedArrayBuffer(8);
}

/** Held by a worker that looks for the next entries; nothing is left. */
const [held, done] = [-1n, -2n];

/** Time in ms after which a waiting thread looks whether it was cancelled. */
const patience = 1000;

export function openBaton(buffer: SharedArrayBuffer): Baton {
  const cell = new BigInt64Array(buffer);
  return {
    take: (check) => {
      for (;;) {
        check();
        const at = Atomics.load(cell, 0);
        if (at === done) return undefined;
        if (at === held) Atomics.wait(cell, 0, held, patience);
        else if (Atomics.compareExchange(cell, 0, at, held) === at) return Number(at);
      }
    },
    pass: (next) => {
      Atomics.store(cell, 0, next === undefined ? done : BigInt(next));
      Atomics.notify(cell, 0);
    },
  };
}
