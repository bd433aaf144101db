import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { fromNative } from '../../files/bytePath.ts';
import { readPlainFile } from '../../files/readPlainFile.ts';
import type { FilePiece } from '../../layers/recipe.ts';
import { type Digest, isDigest } from '../../oci/digest.ts';
import { isObject, parseJsonObject } from '../../oci/parseJsonObject.ts';

/** One part of an archive: a range of its bytes in a file of its own. */
export interface ListedPart {
  /** The name of the file, without a folder. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  readonly digest: Digest;
}

/** The file that lists the parts of an archive; it lies beside them. */
export const partsSuffix = '.parts.json';

export const maxParts = 9999;

/** The name of a part, counted from 0: `kits.tar.001`. */
export function partName(archive: string, part: number): string {
  return `${archive}.${String(part + 1).padStart(3, '0')}`;
}

/** The text of the list. */
export function partsText(archive: string, parts: readonly ListedPart[]): string {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  return `${JSON.stringify({ schemaVersion: 1, archive: basename(archive), size, parts }, undefined, 2)}\n`;
}

/** Reads the list, whoever wrote it. Throws `kit-malformed`, `file-unreadable`. */
export function readParts(path: string): readonly ListedPart[] {
  const { schemaVersion, parts } = parseJsonObject(readPlainFile(path, 4 * 1024 * 1024), 'list of parts');
  if (schemaVersion !== 1 || !Array.isArray(parts) || !parts.length || parts.length > maxParts)
    throw malformed(path, 'it has no parts that are understood');
  const read = parts.map((part: unknown) => parsePart(part, path));
  if (new Set(read.map(({ name }) => name)).size < read.length) throw malformed(path, 'a part stands twice in it');
  return read;
}

function parsePart(part: unknown, path: string): ListedPart {
  const { name, size, digest } = isObject(part) ? part : {};
  if (typeof name !== 'string' || name !== basename(name) || !/^[^\\/\0:]+\.\d{3,4}$/.test(name))
    throw malformed(path, `${JSON.stringify(name)} is no name of a part`);
  if (!Number.isSafeInteger(size) || (size as number) <= 0 || typeof digest !== 'string' || !isDigest(digest))
    throw malformed(path, `${name} has no size or digest`);
  return { name, size: size as number, digest };
}

function malformed(path: string, why: string): KitwrightError {
  return new KitwrightError('kit-malformed', `${path} is no list of the parts of an archive: ${why}.`);
}

/** The files of an archive, each with its size in bytes: one, or its parts. Throws `archive-incomplete` for a missing part. */
export function archiveFiles(path: string): readonly FilePiece[] {
  if (!path.endsWith(partsSuffix)) {
    const stats = statSync(path);
    if (!stats.isFile()) throw new KitwrightError('kit-malformed', `${path} is no plain file.`);
    return [{ kind: 'file', path: fromNative(path), offset: 0, size: stats.size }];
  }
  const parts = readParts(path);
  const wrong = parts.flatMap((part) => sizeFault(path, part) ?? []);
  if (wrong.length) throw incomplete(path, wrong);
  return parts.map(({ name, size }) => ({
    kind: 'file',
    path: fromNative(join(dirname(path), name)),
    offset: 0,
    size,
  }));
}

/** What is wrong with a part, without reading it. */
export function sizeFault(path: string, { name, size }: ListedPart): string | undefined {
  const stats = statSync(join(dirname(path), name), { throwIfNoEntry: false });
  if (!stats) return `${name} is missing`;
  if (!stats.isFile()) return `${name} is no plain file`;
  return stats.size === size ? undefined : `${name} has ${stats.size} of ${size} bytes`;
}

export function incomplete(path: string, faults: readonly string[]): KitwrightError {
  return new KitwrightError('archive-incomplete', `The archive of ${path} is not whole: ${faults.join('; ')}.`, {
    data: { path, faults },
    hint: 'Bring the parts that are named once more: each is complete when its size and digest are those of the list.',
  });
}

/** The list of the parts of an archive, where the archive itself is not there. */
export function archiveOrParts(path: string): string {
  return !existsSync(path) && existsSync(`${path}${partsSuffix}`) ? `${path}${partsSuffix}` : path;
}
