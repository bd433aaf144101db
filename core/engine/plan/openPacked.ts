import { statSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { systemError } from '../errors/systemError.ts';
import { type BytePath, textOf } from '../files/bytePath.ts';
import { type Fingerprint, fileId, readFingerprint } from '../files/fingerprint.ts';
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

/** How many directories above one are looked at: as many as a path may have. */
const mostAbove = 1000;

/**
 * Asks the open directory itself for those above it, up to the one with this `fileId`. Throws `layer-path-outside`.
 */
export function requireWithin({ at }: PackedDirectory, id: string, directory: string): void {
  let [path, last] = [`${at}/.`, ''];
  for (let i = 0; i < mostAbove; i++) {
    const here = fileId(statSync(path, { bigint: true }));
    if (here === id) return;
    if (here === last) break;
    [path, last] = [`${path}/..`, here];
  }
  throw new KitwrightError('layer-path-outside', `${directory} does not lie in the directory of the config.`, {
    data: { path: directory },
    hint: 'If you trust who wrote the config, "kitwright trust" there lets it pack what lies elsewhere.',
  });
}

function open(directory: string): OpenDirectory {
  try {
    return openDirectory(directory);
  } catch (error) {
    throw systemError(error, 'kitfile-not-found', 'open', directory);
  }
}
