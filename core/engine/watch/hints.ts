import { watch as watchFiles } from 'chokidar';

/** Says when to look. It may be wrong, late or silent: the scan decides. */
export interface Hints extends AsyncDisposable {
  readonly onHint: (listener: () => void) => void;
}

const neverWatched = /(?:^|[\\/])(?:\.git|node_modules|__pycache__)(?:[\\/]|$)/;

/** No hints at all: network file systems and tests. */
export const noHints = (): Hints => ({ onHint: () => undefined, [Symbol.asyncDispose]: async () => undefined });

/**
 * Watches the directories below `root`. Errors of the watcher (no watches left, a vanished root) only make it silent; `onError`
 * hears of them.
 */
export const fileHints = (root: string, onError: (error: unknown) => void): Hints => {
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const watcher = watchFiles(root, {
    ignoreInitial: true,
    atomic: false,
    ignored: (path: string) => neverWatched.test(path.slice(root.length)),
  });
  watcher.on('all', tell);
  watcher.on('error', (error: unknown) => {
    onError(error);
    tell();
  });
  return {
    onHint: (listener) => void listeners.add(listener),
    [Symbol.asyncDispose]: () => watcher.close(),
  };
};
