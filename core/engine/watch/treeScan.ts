import type { Worker } from 'node:worker_threads';
import type { ScannedTree, TreeRequest } from './scanTree.ts';
import { startThread } from './startThread.ts';

/** Scans trees in another thread. */
export interface TreeScan extends AsyncDisposable {
  /** Scan gently: pause twice as long as it works, until `hurry` is called. */
  readonly scan: (request: TreeRequest, gently: boolean) => Promise<ScannedTree>;
  /** A gentle scan that is running stops pausing. */
  readonly hurry: () => void;
}

interface Waiting {
  readonly answer: (found: ScannedTree) => void;
  /** Time of `performance.now()`, in ms. */
  readonly since: number;
}

/** In MiB: an idle watch should need little memory; the result of a scan is outside this heap. */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 128 };

/**
 * Scans in a thread of its own, which starts with the first scan. If the thread crashes, results are unknown and it is
 * started again.
 */
export function createTreeScan(): TreeScan {
  const waiting = new Map<number, Waiting>();
  const hurried = new Int32Array(new SharedArrayBuffer(4));
  let worker: Worker | undefined;
  let next = 0;
  const giveUp = () => {
    worker = undefined;
    const now = performance.now();
    for (const { answer, since } of waiting.values())
      answer({ signature: undefined, tree: undefined, top: undefined, elapsed: now - since });
    waiting.clear();
  };
  const start = (): Worker => {
    const started = startThread(import.meta.resolve('#watch/scan'), { workerData: { hurried }, resourceLimits });
    started.on('message', ({ id, found }: { readonly id: number; readonly found: ScannedTree }) => {
      waiting.get(id)?.answer(found);
      waiting.delete(id);
      if (waiting.size === 0) started.unref();
    });
    // After an error the thread exits; the next plan meets and reports the same problem.
    started.on('error', () => {});
    started.on('exit', giveUp);
    return started;
  };
  return {
    scan: (request, gently) => {
      worker ??= start();
      const { promise, resolve: answer } = Promise.withResolvers<ScannedTree>();
      const id = next++;
      waiting.set(id, { answer, since: performance.now() });
      Atomics.store(hurried, 0, gently ? 0 : 1);
      // A pending scan keeps the process alive.
      worker.ref();
      worker.postMessage({ id, request });
      return promise;
    },
    hurry: () => {
      Atomics.store(hurried, 0, 1);
      Atomics.notify(hurried, 0);
    },
    [Symbol.asyncDispose]: async () => {
      await worker?.terminate();
    },
  };
}
