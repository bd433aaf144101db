import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { TreeRequest, TreeSignature } from './treeSignature.ts';

/** Tells cheaply whether a tree is what it was. */
export interface TreeScan extends AsyncDisposable {
  readonly signature: (request: TreeRequest) => Promise<TreeSignature>;
}

const entry = fileURLToPath(import.meta.resolve('#watch/scan'));
/** MiB: the scan keeps nothing, so its garbage can go early. */
const resourceLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 };
const unknown: TreeSignature = { signature: undefined, elapsed: 0 };

/** Scans in a thread of its own, which starts with the first scan. A thread that dies makes answers unknown, and is started anew. */
export const createTreeScan = (): TreeScan => {
  const waiting = new Map<number, (found: TreeSignature) => void>();
  let worker: Worker | undefined;
  let next = 0;
  const giveUp = () => {
    worker = undefined;
    for (const answer of waiting.values()) answer(unknown);
    waiting.clear();
  };
  const start = (): Worker => {
    const started = new Worker(entry, { resourceLimits });
    started.on('message', ({ id, found }: { readonly id: number; readonly found: TreeSignature }) => {
      waiting.get(id)?.(found);
      waiting.delete(id);
    });
    // An error is followed by the exit; the next plan meets the same reason and says it.
    started.on('error', () => {});
    started.on('exit', giveUp);
    started.unref();
    return started;
  };
  return {
    signature: (request) => {
      worker ??= start();
      const { promise, resolve } = Promise.withResolvers<TreeSignature>();
      const id = next++;
      waiting.set(id, resolve);
      worker.postMessage({ id, request });
      return promise;
    },
    [Symbol.asyncDispose]: async () => {
      await worker?.terminate();
    },
  };
};
