import { parentPort } from 'node:worker_threads';
import { giveBackMemory } from '../giveBackMemory.ts';
import { type TreeRequest, treeSignature } from '../treeSignature.ts';

parentPort?.on('message', ({ id, request }: { readonly id: number; readonly request: TreeRequest }) => {
  parentPort?.postMessage({ id, found: treeSignature(request) });
  giveBackMemory();
});
