import { lstatSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { giveBackMemory } from '../giveBackMemory.ts';
import { type TellHint, watchDirectories } from './watchDirectories.ts';

const { root } = workerData as { readonly root: string };
/** How often to check whether the root is still the same directory, in ms. */
const rootCheck = 5_000;

const tell: TellHint = (message = {}) => parentPort?.postMessage(message);

const inodeOf = (path: string): bigint | undefined => lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino;

let inode = inodeOf(root);
let watcher = watchDirectories(root, tell, giveBackMemory);

setInterval(() => {
  const found = inodeOf(root);
  if (found === inode) return;
  inode = found;
  watcher.close();
  watcher = watchDirectories(root, tell, giveBackMemory);
  tell();
}, rootCheck);
