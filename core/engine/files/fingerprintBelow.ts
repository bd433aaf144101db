import { KitwrightError } from '../errors/KitwrightError.ts';
import { errnoOf } from '../errors/systemError.ts';
import { type BytePath, baseOf, joinPath, parentOf } from './bytePath.ts';
import { createPathOpener } from './createPathOpener.ts';
import { type Fingerprint, readFingerprint } from './fingerprint.ts';

/**
 * The fingerprint of a path below a directory without following links, not even one that takes the place of a directory
 * on the way meanwhile; undefined where there is nothing, or where a link is on the way.
 */
export function fingerprintBelow(root: BytePath, path: BytePath): Fingerprint | undefined {
  try {
    using opener = createPathOpener(root);
    const found = readFingerprint(joinPath(opener.open(parentOf(path)), baseOf(path)));
    opener.check();
    return found;
  } catch (error) {
    if (error instanceof KitwrightError ? error.code === 'path-is-link' : errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
