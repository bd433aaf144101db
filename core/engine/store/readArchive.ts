import { existsSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { textOf } from '../files/bytePath.ts';
import type { Recipe } from '../layers/recipe.ts';
import { createRecipeReader } from '../layers/recipeReader.ts';
import { refuseTar } from '../layers/refuseTar.ts';
import { type ReadAt, tarIndex } from '../layers/tarIndex.ts';
import { createTarNames } from '../layers/tarRules.ts';
import { maxJsonSize } from '../oci/parseJsonObject.ts';
import { archiveFiles } from './archive/archiveParts.ts';
import { type OciIndex, parseOciIndex } from './ociIndex.ts';

/** What is in an archive. */
export interface Archive {
  readonly entries: ArchiveEntries;
  readonly index: OciIndex;
  /** The files in which it lies. */
  readonly recipe: Recipe;
  /** Bytes of these files. */
  readonly size: number;
}

/** By the names of the files. */
export type ArchiveEntries = ReadonlyMap<string, ArchiveEntry>;

/** Where the content of an entry lies in the archive, in bytes. */
export interface ArchiveEntry {
  readonly offset: number;
  readonly size: number;
}

/**
 * Reads the names and the index of an OCI archive, or of one in parts by the list of them; one that does not exist is
 * empty. Throws `kit-malformed`, `archive-incomplete`.
 */
export function readArchive(path: string): Archive {
  if (!existsSync(path)) return { entries: new Map(), index: [], recipe: [], size: 0 };
  const recipe = archiveFiles(path);
  using reader = createRecipeReader(recipe);
  const entries = entriesOf(reader.readAt, reader.size);
  return { entries, index: indexOf(entries, reader.readAt, path), recipe, size: reader.size };
}

/** Where the bytes of an entry lie. */
export function sliceOf(recipe: Recipe, { offset, size }: ArchiveEntry): Recipe {
  using reader = createRecipeReader(recipe);
  return reader.slice(offset, size);
}

function entriesOf(readAt: ReadAt, size: number): ArchiveEntries {
  const [entries, names] = [new Map<string, ArchiveEntry>(), createTarNames()];
  for (const { type, path, mode, offset, size: bytes } of tarIndex(readAt, size)) {
    const name = path.replace(/^(?:\.\/)+/, '');
    names.check({ path: name, type, mode });
    if (type === 'file') entries.set(textOf(name), { offset, size: bytes });
  }
  return entries;
}

function indexOf(entries: ArchiveEntries, readAt: ReadAt, path: string): OciIndex {
  const entry = entries.get('index.json');
  if (entry && entry.size > maxJsonSize) throw refuseTar(`its index.json has ${entry.size} bytes`);
  if (entry) return parseOciIndex(readAt(entry.offset, entry.size), `${path}/index.json`);
  if (!entries.size) return [];
  throw new KitwrightError('kit-malformed', `${path} is no OCI archive: it has no index.json.`);
}
