import { closeSync, constants, existsSync, lstatSync, openSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { errnoOf } from '../errors/systemError.ts';
import { type BytePath, fromNative, fsPath, joinPath } from './bytePath.ts';
import { displayPath } from './displayPath.ts';

/** An open directory. */
export interface OpenDirectory extends Disposable {
  /** Leads to it as long as it is open, wherever it is moved to, and whatever takes its name. */
  readonly path: BytePath;
  /**
   * Throws `path-is-link` where the directory could not be held open and a link has taken its place: what was done
   * through its path may have been done elsewhere.
   */
  readonly check: () => void;
}

/**
 * Holds a directory open and gives a short path to it, so that names below it may be as long as the system allows: on
 * Linux that of its descriptor (proc(5), `/proc/pid/fd`); elsewhere its own. Links to it are followed: it is the one
 * that a user named.
 */
export function openDirectory(path: string): OpenDirectory {
  return held(path, 0) ?? unheld(fromNative(path), () => undefined);
}

/**
 * Opens a directory that lies in an open one. A link is refused, whoever puts it there and when: `path-is-link` names
 * it as `shown`.
 */
export function openBelow(parent: BytePath, name: BytePath, shown: () => BytePath = () => name): OpenDirectory {
  const path = joinPath(parent, name);
  const check = () => {
    if (lstatSync(fsPath(path)).isSymbolicLink()) throw isLink(shown());
  };
  check();
  try {
    return held(fsPath(path), constants.O_NOFOLLOW) ?? unheld(path, check);
  } catch (error) {
    // What Linux says of a link that came after the look.
    throw errnoOf(error) === 'ELOOP' || errnoOf(error) === 'ENOTDIR' ? isLink(shown()) : error;
  }
}

/** Undefined where a descriptor gives no path. */
function held(path: string | Buffer, flags: number): OpenDirectory | undefined {
  if (process.platform !== 'linux') return undefined;
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | flags);
  const short = descriptorPath(fd);
  if (short !== undefined) return { path: short, check: () => undefined, [Symbol.dispose]: () => closeSync(fd) };
  closeSync(fd);
  return undefined;
}

let hasPaths: boolean | undefined;

/** The path of an open descriptor on Linux; undefined where `/proc` is not there. */
export function descriptorPath(fd: number): string | undefined {
  const path = `/proc/self/fd/${fd}`;
  hasPaths ??= existsSync(path);
  return hasPaths ? path : undefined;
}

function unheld(path: BytePath, check: () => void): OpenDirectory {
  return { path, check, [Symbol.dispose]: () => undefined };
}

function isLink(shown: BytePath): KitwrightError {
  const path = displayPath(shown);
  return new KitwrightError(
    'path-is-link',
    `${path} is a link, where a directory must be; nothing is done through it.`,
    {
      data: { path },
    },
  );
}
