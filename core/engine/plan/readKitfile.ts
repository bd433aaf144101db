import { readFileSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { errnoOf, systemError } from '../errors/systemError.ts';
import { bytePath, fromNative, joinPath } from '../files/bytePath.ts';
import { targetFingerprint } from '../files/followPath.ts';
import { leadsOut } from '../files/leadsOut.ts';
import { readPlainFile } from '../files/readPlainFile.ts';
import { typeOf } from '../files/walk.ts';
import type { SourceFile } from '../host/nouns.ts';
import type { Kitfile, KitfileSource } from '../kitfile/Kitfile.ts';
import { parseKitfile } from '../kitfile/parseKitfile.ts';
import { modelReference, validateKitfile } from '../kitfile/validateKitfile.ts';
import { type KindAt, withLocalPaths } from '../kitfile/withLocalPaths.ts';
import { digestOf } from '../oci/digest.ts';
import { isReference } from '../oci/isReference.ts';

export interface ReadKitfile {
  readonly source: KitfileSource;
  readonly warnings: readonly string[];
  /** The file itself. */
  readonly file: SourceFile;
}

/** Names under which a Kitfile is looked for, in this order. None of them is ever part of a layer. */
export const kitfileNames = ['Kitfile', 'kitfile', '.kitfile'] as const;

/** Where the Kitfile comes from: found in the directory, a path, or given bytes (standard input). */
export type KitfileLocation = { readonly file?: string } | { readonly bytes: Uint8Array };

/**
 * Finds, parses and checks the Kitfile of a directory. `at` leads to the directory where it is open: a Kitfile in it is
 * read there. `schemes` are those of URLs at which data may be. Throws `kitfile-not-found`, `kitfile-invalid`.
 */
export function readKitfile(
  directory: string,
  location: KitfileLocation,
  schemes: readonly string[],
  at = directory,
): ReadKitfile {
  const given = 'bytes' in location ? location.bytes : undefined;
  const path = 'bytes' in location ? undefined : location.file ? locate(location.file, directory) : findIn(directory);
  const inside = path === undefined ? undefined : throughOpen(path, directory, at);
  const opened = inside ?? path;
  const bytes = given ?? read(opened as string, path as string, inside !== undefined);
  const parsed = withoutForeignText(path, opened, at, () => parseKitfile(bytes, path ?? 'standard input'));
  const source = { ...parsed, kitfile: withLocalPaths(parsed.kitfile, kindIn(at), isReference) };
  const warnings = [...validateKitfile(source, isReference, schemes), ...ambiguity(source.kitfile, at)];
  return { source, warnings, file: { path: path && resolve(path), digest: digestOf(bytes) } };
}

/** The path over the open directory, of what lies in it; undefined for what lies elsewhere. */
function throughOpen(path: string, directory: string, at: string): string | undefined {
  const below = relative(resolve(directory), resolve(path));
  return below.startsWith('..') || isAbsolute(below) ? undefined : join(at, below);
}

/** What is wrong in a file outside of the packed directory, to which its Kitfile leads, is said by its line alone. */
function withoutForeignText<T>(
  path: string | undefined,
  opened: string | undefined,
  directory: string,
  parse: () => T,
): T {
  try {
    return parse();
  } catch (error) {
    const isOurs = path === undefined || opened === undefined || !leadsOut(opened, directory);
    if (isOurs || !(error instanceof KitwrightError) || error.code !== 'kitfile-invalid') throw error;
    const line = error.source?.line;
    throw new KitwrightError(
      'kitfile-invalid',
      `${path} is a link to a file that is no valid Kitfile${line === undefined ? '' : ` (line ${line})`}.`,
      { data: { path }, hint: 'The file lies outside of the packed directory, so its text is not shown.' },
    );
  }
}

function ambiguity(kitfile: Kitfile, directory: string): readonly string[] {
  const kit = modelReference(kitfile, isReference);
  if (kit === undefined || !kindIn(directory)(kit)) return [];
  return [`The model ${kit} is taken for a kit, although there is a file of that name; ./${kit} would be the file.`];
}

/** What is there of a directory, a link for what it leads to. */
export function kindIn(directory: string): KindAt {
  return (path) => {
    const fingerprint = targetFingerprint(joinPath(fromNative(directory), bytePath(path)));
    return fingerprint && (typeOf(fingerprint.mode) === 'directory' ? 'directory' : 'file');
  };
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
    throw new KitwrightError('kitfile-not-found', `There is no Kitfile in ${named(directory)}.`, {
      data: { directory },
    });
  return found;
}

/** `.` and `..` name no directory to who reads it later. */
function named(directory: string): string {
  return /(?:^|[/\\])\.{1,2}$/.test(directory) ? resolve(directory) : directory;
}

/** In bytes. */
const maxKitfile = 8 * 1024 * 1024;

/** A pipe that the user names is read to its end; one in the packed directory is of whoever may write there. */
function read(path: string, shown: string, isInside: boolean): Uint8Array {
  try {
    return isInside || isFile(path) ? readPlainFile(path, maxKitfile, shown) : readFileSync(path);
  } catch (error) {
    const reason = error instanceof KitwrightError ? error.cause : error;
    if (errnoOf(reason) !== 'ENOENT') throw systemError(error, 'kitfile-not-found', 'read the Kitfile', shown);
    const data = { path: shown };
    throw new KitwrightError('kitfile-not-found', `There is no Kitfile at ${shown}.`, { data, cause: error });
  }
}
