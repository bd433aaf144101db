import type { ByteRange, Content, TakeBlock } from '../store/roles.ts';

/** Arguments for a plugin, and what their functions threw. */
export interface Lent {
  readonly args: readonly unknown[];
  /** Was it thrown by one of our functions? Then the plugin only passed it on, and is not to blame. */
  readonly threw: (error: unknown) => boolean;
}

type Callback = (...args: unknown[]) => unknown;

/** Watches the functions among the arguments, and the content: a full disk under a pull is no failure of the plugin. */
export function lendCallbacks(given: readonly unknown[]): Lent {
  // A format is asked for each of many names.
  if (given.every(isPlain)) return { args: given, threw: neverThrew };
  const thrown = new Set<unknown>();
  const threw = (error: unknown) => thrown.has(error);
  return { args: given.map((arg) => lend(arg, thrown)), threw };
}

function isPlain(arg: unknown): boolean {
  return typeof arg === 'string' || typeof arg === 'number' || typeof arg === 'boolean' || arg === undefined;
}

function neverThrew(): boolean {
  return false;
}

function lend(arg: unknown, thrown: Set<unknown>): unknown {
  if (typeof arg === 'function') return watched(arg as Callback, (error) => thrown.add(error));
  return isContent(arg) ? { ...arg, read: readOf(arg, thrown) } : arg;
}

/** What the plugin's own `take` throws comes back through the content, and stays the plugin's. */
function readOf(content: Content, thrown: Set<unknown>): Content['read'] {
  return (range: ByteRange, take: TakeBlock) => {
    const theirs = new Set<unknown>();
    const watchedTake = watched(take as Callback, (error) => theirs.add(error)) as TakeBlock;
    const note = (error: unknown) => !theirs.has(error) && thrown.add(error);
    return watched(() => content.read(range, watchedTake), note)() as Promise<void>;
  };
}

function watched(callback: Callback, note: (error: unknown) => void): Callback {
  const rethrow = (error: unknown) => {
    note(error);
    throw error;
  };
  return (...args) => {
    try {
      const result = callback(...args);
      return result instanceof Promise ? result.catch(rethrow) : result;
    } catch (error) {
      return rethrow(error);
    }
  };
}

function isContent(arg: unknown): arg is Content {
  if (typeof arg !== 'object' || arg === null || Object.getPrototypeOf(arg) !== Object.prototype) return false;
  // By its names alone: to read all of a context makes a folder, which a container may not let it.
  return String(Object.keys(arg)) === 'read' && typeof (arg as { readonly read: unknown }).read === 'function';
}
