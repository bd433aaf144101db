import { parentPort, workerData } from 'node:worker_threads';
import { listShared, type SeenDirectory, shareList, stopList } from '../../files/listShared.ts';
import { joinStatTrees, type StatTree, splitStatTree } from '../../files/statTree.ts';
import { giveBackMemory } from '../giveBackMemory.ts';
import { type ListLevel, listAlone, scanTree } from '../scanTree.ts';
import type { ToThread } from '../treeScan.ts';

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

const alone = listAlone(createPause());

/** Who waits for the other part of shared directories. */
const asked = new Map<number, (tree: StatTree | undefined) => void>();
let last = 0;

/** The thread that waits for a hurried scan lists half of a level. */
const list: ListLevel = async (directories) => {
  const known = directories.filter((directory): directory is SeenDirectory => directory.seen !== undefined);
  if (Atomics.load(hurried, 0) === 0 || known.length < 2 || known.length < directories.length)
    return alone(directories);
  const shared = shareList(known);
  const { promise, resolve } = Promise.withResolvers<StatTree | undefined>();
  const help = last++;
  asked.set(help, resolve);
  parentPort?.postMessage({ help, shared });
  try {
    const own = [...listShared(shared)];
    // Whoever has no time is not waited for.
    if (own.length === known.length) return own;
    const tree = await promise;
    if (!tree) throw new Error('The other thread could not list its part.');
    return [...own, ...splitStatTree(tree)];
  } finally {
    stopList(shared);
    asked.delete(help);
  }
};

parentPort?.on('message', async (message: ToThread) => {
  if ('help' in message) return asked.get(message.help)?.(message.tree);
  const { trees, ...found } = await scanTree(message.request, list);
  // One block of memory crosses to the other thread, not one for each directory.
  parentPort?.postMessage({ id: message.id, found: { ...found, tree: trees && joinStatTrees(trees) } });
  giveBackMemory();
});
