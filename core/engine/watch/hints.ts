import { startThread } from './startThread.ts';

/** Hints when to look. Hints may be wrong, late or missing: the scan decides. */
export interface Hints extends AsyncDisposable {
  readonly onHint: (listener: () => void) => void;
  /** Are hints expected to come? */
  readonly working: () => boolean;
}

/** No hints at all: network file systems and tests. */
export function noHints(): Hints {
  return {
    onHint: () => undefined,
    working: () => false,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** MiB. */
const resourceLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 };

/**
 * Watches the directories below `root` in a thread of its own. After an error of the watcher (no watches left, a
 * removed root, a thread that ends) hints stop, and `onError` is called.
 */
export function fileHints(root: string, onError: (error: unknown) => void): Hints {
  const listeners = new Set<() => void>();
  let working = false;
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const fail = (error: unknown) => {
    working = false;
    onError(error);
    tell();
  };
  const worker = startThread(import.meta.resolve('#watch/hints'), { workerData: { root }, resourceLimits });
  worker.unref();
  worker.on('message', ({ error }: { readonly error?: string }) => {
    if (error !== undefined) return fail(error);
    working = true;
    return tell();
  });
  worker.on('error', fail);
  worker.on('exit', () => {
    working = false;
  });
  return {
    onHint: (listener) => void listeners.add(listener),
    working: () => working,
    [Symbol.asyncDispose]: async () => {
      worker.off('error', fail);
      await worker.terminate();
    },
  };
}
