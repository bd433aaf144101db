import { type BytePath, parentOf } from './bytePath.ts';

/** Directories above a path that have something in common. */
export interface Above {
  /** The outermost. */
  readonly top: BytePath | undefined;
  /** The innermost. */
  readonly nearest: BytePath | undefined;
}

const none: Above = { top: undefined, nearest: undefined };

/**
 * Finds the directories above a path for which `has` says yes. Each directory is asked once, however many paths lie below
 * it: paths may lead through two thousand, and each of those may be a path too.
 */
export function createAbove(has: (directory: BytePath) => boolean): (path: BytePath) => Above {
  const known = new Map<BytePath, Above>([['', none]]);
  const withSelf = (directory: BytePath): Above => {
    const found = known.get(directory);
    if (found) return found;
    const above = withSelf(parentOf(directory));
    const all = has(directory) ? { top: above.top ?? directory, nearest: directory } : above;
    known.set(directory, all);
    return all;
  };
  return (path) => withSelf(parentOf(path));
}

/** All directories above some paths, an outer one before an inner one; each is looked at once. */
export function directoriesAbove(paths: Iterable<BytePath>): ReadonlySet<BytePath> {
  const found = new Set<BytePath>();
  for (const path of paths) {
    const fresh: BytePath[] = [];
    for (let at = parentOf(path); at !== '' && !found.has(at); at = parentOf(at)) fresh.push(at);
    for (const directory of fresh.reverse()) found.add(directory);
  }
  return found;
}
