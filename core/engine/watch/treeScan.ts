import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { listShared, type SharedList } from '../files/listShared.ts';
import { joinStatTrees, type StatTree, splitStatTree } from '../files/statTree.ts';
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

/** What the thread sends: what it found, or directories that it asks for help with. */
type FromThread =
  | {
      readonly id: number;
      readonly found: Omit<ScannedTree, 'trees'> & { readonly tree: StatTree | undefined };
    }
  | { readonly help: number; readonly shared: SharedList };

/** What the thread gets. */
export type ToThread =
  | { readonly id: number; readonly request: TreeRequest }
  /** What was listed of shared directories; undefined if that failed. */
  | { readonly help: number; readonly tree: StatTree | undefined };

/** In MiB: an idle watch should need little memory; the result of a scan is outside this heap. */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 128 };

/**
 * Scans in a thread of its own, which starts with the first scan; this thread, which waits for a scan that is hurried, takes
 * part in that. If the thread crashes, results are unknown and it is started again.
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
      answer({ signature: undefined, trees: undefined, top: undefined, elapsed: now - since });
    waiting.clear();
  };
  const start = (): Worker => {
    const started = startThread(import.meta.resolve('#watch/scan'), { workerData: { hurried }, resourceLimits });
    started.on('message', (message: FromThread) => {
      if ('help' in message) return void help(started, message.help, message.shared);
      const { tree, ...found } = message.found;
      waiting.get(message.id)?.answer({ ...found, trees: tree && splitStatTree(tree) });
      waiting.delete(message.id);
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
      const message: ToThread = { id, request };
      worker.postMessage(message);
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

/** Between two directories other events get their turn. */
async function help(thread: Worker, id: number, shared: SharedList): Promise<void> {
  const answer = (tree: StatTree | undefined) => {
    const message: ToThread = { help: id, tree };
    thread.postMessage(message);
  };
  try {
    const trees: StatTree[] = [];
    for (const tree of listShared(shared)) {
      trees.push(tree);
      await setImmediate();
    }
    answer(joinStatTrees(trees));
  } catch {
    answer(undefined);
  }
}
