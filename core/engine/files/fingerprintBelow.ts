import { KitwrightError } from '../errors/KitwrightError.ts';
import { errnoOf } from '../errors/systemError.ts';
import { type BytePath, baseOf, joinPath, parentOf, parentsOf } from './bytePath.ts';
import { createPathOpener } from './createPathOpener.ts';
import { type Fingerprint, readFingerprint } from './fingerprint.ts';
import { openSeen } from './openSeen.ts';

/**
 * The fingerprint of a path below a directory without following links, not even one that takes the place of a directory
 * on the way meanwhile; undefined where there is nothing, or where a link is on the way. The directory must be the one
 * that was `seen`; without it, links to it are followed. Throws `content-changed` and what the system says.
 */
export function fingerprintBelow(root: BytePath, path: BytePath, seen?: Fingerprint): Fingerprint | undefined {
  return fingerprintsOf([path], root, seen).at(-1);
}

/**
 * The same of each directory on the way to a path, outermost first, and of the path itself. Each is opened once: a path may
 * lead through two thousand.
 */
export function fingerprintsTo(
  root: BytePath,
  path: BytePath,
  seen?: Fingerprint,
): readonly (Fingerprint | undefined)[] {
  const parts = [...parentsOf(path), path];
  const found = fingerprintsOf(parts, root, seen);
  return parts.map((_, i) => found[i]);
}

/** Up to the first that cannot be reached. */
function fingerprintsOf(
  paths: readonly BytePath[],
  root: BytePath,
  seen: Fingerprint | undefined,
): readonly (Fingerprint | undefined)[] {
  const found: (Fingerprint | undefined)[] = [];
  try {
    using opened = seen ? openSeen(root, seen) : undefined;
    using opener = createPathOpener(opened?.path ?? root);
    for (const path of paths) found.push(readFingerprint(joinPath(opener.open(parentOf(path)), baseOf(path))));
    opener.check();
    opened?.check();
    return found;
  } catch (error) {
    if (error instanceof KitwrightError ? error.code === 'path-is-link' : errnoOf(error) === 'ENOENT') return found;
    throw error;
  }
}
