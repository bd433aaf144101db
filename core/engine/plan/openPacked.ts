import { systemError } from '../errors/systemError.ts';
import { type BytePath, textOf } from '../files/bytePath.ts';
import { type Fingerprint, readFingerprint } from '../files/fingerprint.ts';
import { type OpenDirectory, openDirectory } from '../files/openDirectory.ts';

/** The packed directory while a plan is made: whoever owns the one above it can put another one in its place. */
export interface PackedDirectory extends Disposable {
  /** Leads to it, whatever takes its name; native, for reading only. */
  readonly at: string;
  /** What it is recognised by where it is opened again by its own path. */
  readonly seen: Fingerprint | undefined;
}

/** Opens the directory that a user named; links to it are followed. Throws `kitfile-not-found`. */
export function openPacked(directory: string): PackedDirectory {
  const opened = open(directory);
  const within: BytePath = `${opened.path}/.`;
  return {
    at: textOf(opened.path),
    seen: readFingerprint(within),
    [Symbol.dispose]: () => opened[Symbol.dispose](),
  };
}

function open(directory: string): OpenDirectory {
  try {
    return openDirectory(directory);
  } catch (error) {
    throw systemError(error, 'kitfile-not-found', 'open', directory);
  }
}
