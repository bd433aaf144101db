import { parentPort, workerData } from 'node:worker_threads';
import { giveBackMemory } from '../giveBackMemory.ts';
import { scanTree, type TreeRequest } from '../scanTree.ts';

/** 1 = nobody rests. */
const { hurried } = workerData as { readonly hurried: Int32Array<SharedArrayBuffer> };
/** Work between two rests, in ms. */
const slice = 5;
/** Rest after it, as a multiple. */
const restFactor = 2;

const createRest = (): (() => void) => {
  let since = performance.now();
  return () => {
    const worked = performance.now() - since;
    if (worked < slice) return;
    Atomics.wait(hurried, 0, 0, worked * restFactor);
    since = performance.now();
  };
};

parentPort?.on('message', ({ id, request }: { readonly id: number; readonly request: TreeRequest }) => {
  parentPort?.postMessage({ id, found: scanTree(request, createRest()) });
  giveBackMemory();
});
