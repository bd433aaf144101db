import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { errnoOf } from '../errors/systemError.ts';
import { type BytePath, fsPath } from './bytePath.ts';
import { displayPath } from './displayPath.ts';
import type { Fingerprint } from './fingerprint.ts';
import { descriptorPath, type OpenDirectory } from './openDirectory.ts';

/**
 * Opens a directory that was `seen` at this path: the same one, whatever took its name or that of one above it. A link
 * to it does no harm. Throws `content-changed` and what the system says.
 */
export function openSeen(path: BytePath, seen: Fingerprint | undefined): OpenDirectory {
  try {
    return held(path, seen) ?? unheld(path, seen);
  } catch (error) {
    throw seen && isReplaced(error) ? replaced(path) : error;
  }
}

/** Undefined where a descriptor gives no path. */
function held(path: BytePath, seen: Fingerprint | undefined): OpenDirectory | undefined {
  if (process.platform !== 'linux') return undefined;
  const fd = openSync(fsPath(path), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    if (seen && !isSame(fstatSync(fd, { bigint: true }), seen)) throw replaced(path);
    const short = descriptorPath(fd);
    if (short !== undefined) return { path: short, check: () => undefined, [Symbol.dispose]: () => closeSync(fd) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  closeSync(fd);
  return undefined;
}

/** What a path leads to is looked at before and after. */
function unheld(path: BytePath, seen: Fingerprint | undefined): OpenDirectory {
  const check = () => {
    if (seen && !isSame(statSync(fsPath(path), { bigint: true }), seen)) throw replaced(path);
  };
  check();
  return { path, check, [Symbol.dispose]: () => undefined };
}

function isSame(stats: { readonly dev: bigint; readonly ino: bigint }, seen: Fingerprint): boolean {
  return BigInt.asIntN(64, stats.ino) === seen.ino && BigInt.asIntN(64, stats.dev) === seen.dev;
}

/** What Linux says of links in a circle, and of a file, in the place of a directory. */
function isReplaced(error: unknown): boolean {
  return errnoOf(error) === 'ELOOP' || errnoOf(error) === 'ENOTDIR';
}

function replaced(path: BytePath): KitwrightError {
  const shown = displayPath(path);
  return new KitwrightError('content-changed', `${shown} was replaced while it was read.`, { data: { path: shown } });
}
