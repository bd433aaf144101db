import { parentPort, workerData } from 'node:worker_threads';
import { giveBackMemory } from '../giveBackMemory.ts';
import { scanTree, type TreeRequest } from '../scanTree.ts';

/** 1 = no pauses. */
const { hurried } = workerData as { readonly hurried: Int32Array<SharedArrayBuffer> };
/** Work between two pauses, in ms. */
const slice = 5;
/** The pause after it, as a multiple. */
const pauseFactor = 2;

const createPause = (): (() => void) => {
  let since = performance.now();
  return () => {
    const worked = performance.now() - since;
    if (worked < slice) return;
    Atomics.wait(hurried, 0, 0, worked * pauseFactor);
    since = performance.now();
  };
};

parentPort?.on('message', ({ id, request }: { readonly id: number; readonly request: TreeRequest }) => {
  parentPort?.postMessage({ id, found: scanTree(request, createPause()) });
  giveBackMemory();
});
