import { readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { errnoOf, systemError } from '../errors/systemError.ts';
import { fromNative } from '../files/bytePath.ts';
import { targetFingerprint } from '../files/followPath.ts';
import { typeOf } from '../files/walk.ts';
import type { KitfileSource } from '../kitfile/Kitfile.ts';
import { parseKitfile } from '../kitfile/parseKitfile.ts';
import { validateKitfile } from '../kitfile/validateKitfile.ts';
import { isReference } from '../oci/isReference.ts';

export interface ReadKitfile {
  readonly source: KitfileSource;
  readonly warnings: readonly string[];
}

/** Names under which a Kitfile is looked for, in this order. None of them is ever part of a layer. */
export const kitfileNames = ['Kitfile', 'kitfile', '.kitfile'] as const;

/** Where the Kitfile comes from: found in the directory, a path, or given bytes (standard input). */
export type KitfileLocation = { readonly file?: string } | { readonly bytes: Uint8Array };

/** Finds, parses and checks the Kitfile of a directory. Throws `kitfile-not-found`, `kitfile-invalid`. */
export function readKitfile(directory: string, location: KitfileLocation): ReadKitfile {
  const given = 'bytes' in location ? location.bytes : undefined;
  const path = 'bytes' in location ? undefined : location.file ? locate(location.file, directory) : findIn(directory);
  const source = parseKitfile(given ?? read(path as string), path ?? 'standard input');
  return { source, warnings: validateKitfile(source, isReference) };
}

/**
 * A relative path is looked up in the current directory, as with any other tool, and then in the packed one, as `kit`
 * does.
 */
function locate(file: string, directory: string): string {
  if (isAbsolute(file)) return file;
  const candidates = [resolve(file), resolve(directory, file)];
  return candidates.find(isFile) ?? (candidates[0] as string);
}

function isFile(path: string): boolean {
  const fingerprint = targetFingerprint(fromNative(path));
  return fingerprint !== undefined && typeOf(fingerprint.mode) === 'file';
}

function findIn(directory: string): string {
  const found = kitfileNames.map((name) => join(directory, name)).find(isFile);
  if (!found)
    throw new KitwrightError('kitfile-not-found', `There is no Kitfile in ${directory}.`, { data: { directory } });
  return found;
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw systemError(error, 'kitfile-not-found', 'read the Kitfile', path);
    throw new KitwrightError('kitfile-not-found', `There is no Kitfile at ${path}.`, { data: { path }, cause: error });
  }
}
