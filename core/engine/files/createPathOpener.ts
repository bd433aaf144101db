import { type BytePath, joinPath } from './bytePath.ts';
import { type OpenDirectory, openBelow } from './openDirectory.ts';

/** Opens directories below one that is open, each through its parent: no link is followed on the way. */
export interface PathOpener extends Disposable {
  /**
   * The directory at this path, `''` for the first one; it is open until another one is asked for that is not below
   * it. Throws `path-is-link`.
   */
  readonly open: (path: BytePath) => BytePath;
  /** Throws `path-is-link`; see `OpenDirectory`. */
  readonly check: () => void;
}

/**
 * Who asks for paths in their order opens each directory once. `onOpen` hears of each: paths of two deep trees, one after the
 * other, open all of both again and again.
 */
export function createPathOpener(root: BytePath, onOpen: () => void = () => undefined): PathOpener {
  const chain: { readonly name: BytePath; readonly directory: OpenDirectory }[] = [];
  const closeFrom = (depth: number) => {
    for (const { directory } of chain.splice(depth).reverse()) directory[Symbol.dispose]();
  };
  const deepest = () => chain.at(-1)?.directory.path ?? root;
  return {
    open: (path) => {
      const names = path === '' ? [] : path.split('/');
      const common = names.findIndex((name, i) => chain[i]?.name !== name);
      closeFrom(common < 0 ? names.length : common);
      for (const name of names.slice(chain.length)) {
        onOpen();
        // The names above are put together only for an error: that takes the square of a depth.
        const shown = () => joinPath(chain.map((each) => each.name).join('/'), name);
        chain.push({ name, directory: openBelow(deepest(), name, shown) });
      }
      return deepest();
    },
    check: () => {
      for (const { directory } of chain) directory.check();
    },
    [Symbol.dispose]: () => closeFrom(0),
  };
}
