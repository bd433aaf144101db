import { KitwrightError } from '../errors/KitwrightError.ts';
import { errnoOf } from '../errors/systemError.ts';
import { type BytePath, baseOf, joinPath, parentOf } from './bytePath.ts';
import { createPathOpener } from './createPathOpener.ts';
import { type Fingerprint, readFingerprint } from './fingerprint.ts';
import { openSeen } from './openSeen.ts';

/**
 * The fingerprint of a path below a directory without following links, not even one that takes the place of a directory
 * on the way meanwhile; undefined where there is nothing, or where a link is on the way. The directory must be the one
 * that was `seen`; without it, links to it are followed. Throws `content-changed` and what the system says.
 */
export function fingerprintBelow(root: BytePath, path: BytePath, seen?: Fingerprint): Fingerprint | undefined {
  try {
    using opened = seen ? openSeen(root, seen) : undefined;
    using opener = createPathOpener(opened?.path ?? root);
    const found = readFingerprint(joinPath(opener.open(parentOf(path)), baseOf(path)));
    opener.check();
    opened?.check();
    return found;
  } catch (error) {
    if (error instanceof KitwrightError ? error.code === 'path-is-link' : errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
