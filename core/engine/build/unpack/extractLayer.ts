import { chmod, constants, copyFile, mkdir, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { systemError } from '../../errors/systemError.ts';
import { type BytePath, fsPath, joinPath, parentOf, parentsOf } from '../../files/bytePath.ts';
import { displayPath } from '../../files/displayPath.ts';
import { readFingerprint } from '../../files/fingerprint.ts';
import { checkEntryName } from '../../files/safeName.ts';
import { encodeRecipe } from '../../layers/jobs.ts';
import { createMeter, type Meter } from '../../layers/Meter.ts';
import type { FilePiece, Recipe } from '../../layers/recipe.ts';
import type { RecipeReader } from '../../layers/recipeReader.ts';
import type { IndexedEntry } from '../../layers/tarIndex.ts';
import { streamRecipe } from '../../store/streamRecipe.ts';
import type { KitElement } from './elements.ts';
import { type OpenLayerOptions, openLayer } from './openLayer.ts';
import { checkFree, type Existing } from './staging.ts';

export interface ExtractOptions extends OpenLayerOptions {
  /** Where finished entries will go: only looked at here. */
  readonly target: BytePath;
  /** Where entries are written. */
  readonly staging: BytePath;
  readonly existing: Existing;
}

/** Files from this size are copied by the kernel instead of by a worker. */
const kernelCopyBytes = 1024 * 1024;

interface Target extends IndexedEntry {
  readonly piece: FilePiece | undefined;
  readonly slice: Recipe;
}

/** An entry that stays as it is because the user asked for it is not even written. */
const isKept = (entry: IndexedEntry, { existing, target }: ExtractOptions): boolean =>
  existing === 'keep' && entry.type === 'file' && readFingerprint(joinPath(target, entry.path)) !== undefined;

const targetOf = (entry: IndexedEntry, reader: RecipeReader): Target => {
  const slice = entry.type === 'file' ? reader.slice(entry.offset, entry.size) : [];
  const [only] = slice;
  return { ...entry, slice, piece: slice.length === 1 && only?.kind === 'file' ? only : undefined };
};

const makeDirectories = async (targets: readonly Target[], staging: BytePath): Promise<void> => {
  const made = new Set<BytePath>();
  const make = async (path: BytePath) => {
    if (made.has(path)) return;
    made.add(path);
    await mkdir(fsPath(joinPath(staging, path)), { recursive: true });
  };
  for (const { path, type } of targets) {
    if (type === 'directory') await make(path);
    else if (parentOf(path) !== '') await make(parentOf(path));
  }
};

/** Directories get their modes last, deepest first: a read-only one could not be filled. */
const setDirectoryModes = async (targets: readonly Target[], staging: BytePath): Promise<void> => {
  const mask = ~process.umask();
  const directories = targets.filter(({ type }) => type === 'directory').toReversed();
  for (const { path, mode } of directories) await chmod(fsPath(joinPath(staging, path)), mode & 0o777 & mask);
};

/** Only files of the store, which never become shorter: libuv's copy does not end otherwise. */
const isWholeFile = ({ piece }: Target): boolean =>
  piece !== undefined &&
  piece.print === undefined &&
  piece.size >= kernelCopyBytes &&
  piece.offset === 0 &&
  readFingerprint(piece.path)?.size === piece.size;

const copyByKernel = async (target: Target, options: ExtractOptions): Promise<void> => {
  const piece = target.piece as FilePiece;
  const path = joinPath(options.staging, target.path);
  try {
    await copyFile(fsPath(piece.path), fsPath(path), constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await chmod(fsPath(path), target.mode & 0o777 & ~process.umask());
  } catch (error) {
    throw systemError(error, 'unpack-refused', 'write', displayPath(target.path));
  }
};

const writePieces = async (target: Target, options: ExtractOptions): Promise<void> => {
  const path = joinPath(options.staging, target.path);
  const handle = await open(fsPath(path), 'wx', target.mode & 0o777);
  await pipeline(Readable.from(streamRecipe(target.slice)), handle.createWriteStream());
};

const extractByWorker = (targets: readonly Target[], options: ExtractOptions, meter: Meter): Promise<void> =>
  options.pool.extract({
    recipe: encodeRecipe(targets.map(({ piece }) => piece as FilePiece)),
    targets: targets.map(({ path }) => joinPath(options.staging, path)).join('\0'),
    modes: Uint16Array.from(targets, ({ mode }) => mode & 0o777),
    meter: meter.buffer,
  });

/** Splits the small files evenly, so that every core creates some. */
const shares = <T>(items: readonly T[], count: number): readonly (readonly T[])[] => {
  const size = Math.max(1, Math.ceil(items.length / count));
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
};

const writeAll = async (targets: readonly Target[], options: ExtractOptions, meter: Meter): Promise<void> => {
  await makeDirectories(targets, options.staging);
  const files = targets.filter(({ type }) => type === 'file');
  const whole = files.filter(isWholeFile);
  const byKernel = new Set(whole);
  const small = files.filter((target) => target.piece && !byKernel.has(target));
  const odd = files.filter(({ piece }) => !piece);
  const kernel = async () => {
    for (const target of whole) await copyByKernel(target, options);
  };
  const others = async () => {
    for (const target of odd) await writePieces(target, options);
  };
  await settle([
    kernel(),
    others(),
    ...shares(small, options.pool.threads).map((share) => extractByWorker(share, options, meter)),
  ]);
  await setDirectoryModes(targets, options.staging);
};

const settle = async (work: readonly Promise<unknown>[]): Promise<void> => {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
};

const checkTargets = (entries: readonly IndexedEntry[], options: ExtractOptions): void => {
  const checked = new Set<BytePath>();
  for (const { path, type } of entries) {
    checkEntryName(path);
    for (const parent of parentsOf(path)) {
      if (checked.has(parent)) continue;
      checked.add(parent);
      checkFree(options.target, parent, 'directory', options.existing);
    }
    checkFree(options.target, path, type, options.existing);
  }
};

/**
 * Writes one layer into the staging folder and verifies it beside: SHA-256 over every stored byte, the diffId after
 * decompression. Gives the number of files. Throws `descriptor-mismatch`, `unpack-exists`, `unpack-refused`, `kit-malformed`.
 */
export const extractLayer = async (element: KitElement, options: ExtractOptions): Promise<number> => {
  const meter = createMeter();
  const stop = () => meter.cancel();
  options.signal.addEventListener('abort', stop);
  try {
    const { reader, entries, verification } = await openLayer(element, options, meter);
    using _reader = reader;
    // A rejection is looked at below, after the other work has stopped.
    verification.catch(stop);
    const writing = writeLayer(entries, reader, options, meter);
    const [checked, written] = await Promise.allSettled([verification, writing]);
    if (checked.status === 'rejected') throw checked.reason;
    if (written.status === 'rejected') throw written.reason;
    return written.value;
  } finally {
    options.signal.removeEventListener('abort', stop);
  }
};

const writeLayer = async (
  all: readonly IndexedEntry[],
  reader: RecipeReader,
  options: ExtractOptions,
  meter: Meter,
): Promise<number> => {
  const entries = all.filter((entry) => !isKept(entry, options));
  checkTargets(entries, options);
  const targets = entries.map((entry) => targetOf(entry, reader));
  await writeAll(targets, options, meter);
  return targets.filter(({ type }) => type === 'file').length;
};
