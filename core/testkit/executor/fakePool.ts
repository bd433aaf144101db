import type { LayerPool } from '@kitwright/core/plugin';

export type HashJob = Parameters<LayerPool['hash']>[0];
export type HashResult = Awaited<ReturnType<LayerPool['hash']>>;

/** A pool whose jobs end when the test wants it. */
export interface FakePool {
  readonly pool: LayerPool;
  /** Jobs that have begun, in their order. */
  readonly begun: readonly Begun[];
  readonly closed: () => number;
}

export interface Begun {
  readonly job: HashJob;
  readonly end: (result: HashResult) => void;
  readonly fail: (error: Error) => void;
}

/** `ends` decides what becomes of a job that begins: nothing by default, the test ends it. */
export function fakePool(ends: (begun: Begun) => void = () => undefined): FakePool {
  const begun: Begun[] = [];
  let closed = 0;
  const none = () => Promise.reject(new Error('This was not asked for.'));
  return {
    begun,
    closed: () => closed,
    pool: {
      threads: 2,
      start: () => undefined,
      startMany: () => undefined,
      hash: (job) => {
        const { promise, resolve, reject } = Promise.withResolvers<HashResult>();
        const each = { job, end: resolve, fail: reject };
        begun.push(each);
        ends(each);
        return promise;
      },
      digest: none,
      hashMany: none,
      probe: none,
      extract: none,
      extractStream: none,
      compress: none,
      decompress: none,
      follow: none,
      close: async () => {
        closed++;
      },
    },
  };
}

/** A job, told from others by its name alone: what is in it is the engine's. */
export function jobNamed(name: string): HashJob {
  const none = () => new Float64Array(new SharedArrayBuffer(0));
  const bytes = () => new Uint8Array(new SharedArrayBuffer(0));
  const fingerprints = new BigInt64Array(new SharedArrayBuffer(0));
  const recipe = { sizes: none(), kinds: bytes(), offsets: none(), fingerprints, paths: bytes(), inline: bytes() };
  return Object.freeze({ recipe: Object.freeze(recipe), meter: new SharedArrayBuffer(64), midstates: name });
}

export function resultOf(name: string): HashResult {
  const contents = new Uint8Array(0);
  return Object.freeze({ digest: name, size: 0, contents, packed: new Float64Array(0), hashed: 0, thread: 1 });
}
