import { closeSync, constants, existsSync, openSync } from 'node:fs';
import { type BytePath, fromNative } from './bytePath.ts';

/** An open directory. */
export interface OpenDirectory extends Disposable {
  /** Leads to it as long as it is open, wherever it is moved to. */
  readonly path: BytePath;
}

/**
 * Holds a directory open and gives a short path to it, so that names below it may be as long as the system allows: on
 * Linux that of its descriptor (proc(5), `/proc/pid/fd`); elsewhere its own.
 */
export function openDirectory(path: string): OpenDirectory {
  if (process.platform === 'linux') {
    const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
    const short = `/proc/self/fd/${fd}`;
    if (existsSync(short)) return { path: short, [Symbol.dispose]: () => closeSync(fd) };
    closeSync(fd);
  }
  return { path: fromNative(path), [Symbol.dispose]: () => undefined };
}
