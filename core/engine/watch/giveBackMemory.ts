import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: NodeJS.GCFunction | undefined;

/** How often at most, in ms: beside a training that saves every second, this took more time than the hashing. */
const interval = 10_000;

let last = Number.NEGATIVE_INFINITY;

/**
 * Returns the memory of the last build to the system: V8 would keep it for the next build, but the training may need
 * it. Takes about 50 ms. Returns false, without doing anything, if this thread did so less than 10 s ago.
 */
export function giveBackMemory(): boolean {
  if (performance.now() - last < interval) return false;
  last = performance.now();
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as NodeJS.GCFunction;
  }
  void collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  return true;
}
