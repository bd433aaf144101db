import { createWriteStream } from 'node:fs';
import { chmod, constants, copyFile, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { systemError } from '../../errors/systemError.ts';
import { temporaryName } from '../../files/atomicWrite.ts';
import { type BytePath, bytePath, fromNative, fsPath, joinPath, parentOf, parentsOf } from '../../files/bytePath.ts';
import { cleanPath } from '../../files/cleanPath.ts';
import { displayPath } from '../../files/displayPath.ts';
import { readFingerprint } from '../../files/fingerprint.ts';
import { checkEntryName } from '../../files/safeName.ts';
import { encodeRecipe } from '../../layers/jobs.ts';
import { createMeter, type Meter } from '../../layers/Meter.ts';
import type { LayerPool } from '../../layers/pool.ts';
import { type FilePiece, type Recipe, recipeSize } from '../../layers/recipe.ts';
import { createRecipeReader, type RecipeReader } from '../../layers/recipeReader.ts';
import { type IndexedEntry, tarIndex } from '../../layers/tarIndex.ts';
import { annotationNames, parseLayerMediaType } from '../../oci/mediaTypes.ts';
import { canLocate, type ReadTarget } from '../../store/roles.ts';
import { streamRecipe } from '../../store/streamRecipe.ts';
import { verified } from '../../store/verify.ts';
import type { CapabilityRegistry } from '../capabilities.ts';
import type { KitElement } from './elements.ts';
import { checkFree, type Existing } from './staging.ts';

export interface ExtractOptions {
  readonly source: ReadTarget;
  readonly pool: LayerPool;
  readonly capabilities: CapabilityRegistry;
  /** Where finished entries will go: only looked at here. */
  readonly target: BytePath;
  /** Where entries are written. */
  readonly staging: BytePath;
  /** For layers that must be fetched or decompressed first. */
  readonly scratch: string;
  readonly existing: Existing;
  readonly signal: AbortSignal;
}

/** Bytes that one layer may expand to, for each stored byte, above the first GiB. */
const maxRatio = 1100;
const freeBytes = 1024 ** 3;
/** Files from this size are copied by the kernel instead of by a worker. */
const kernelCopyBytes = 1024 * 1024;

interface Target extends IndexedEntry {
  readonly piece: FilePiece | undefined;
  readonly slice: Recipe;
}

const mismatch = (element: KitElement, what: string, found: string): KitwrightError =>
  new KitwrightError(
    'descriptor-mismatch',
    `The ${element.role} layer ${element.path || element.descriptor.digest} is damaged: its ${what} is ${found}.`,
    {
      data: { digest: element.descriptor.digest, found },
    },
  );

/** The layer's bytes as they were stored: where they are, or fetched (and verified) into the scratch folder. */
const storedRecipe = async ({ descriptor }: KitElement, options: ExtractOptions): Promise<Recipe> => {
  const located = canLocate(options.source) ? options.source.locate(descriptor) : undefined;
  if (located) return located;
  const path = join(options.scratch, temporaryName('layer'));
  const content = verified(descriptor, options.source.fetch(descriptor), options.source.name);
  await pipeline(Readable.from(content), createWriteStream(path, { flags: 'wx', mode: 0o600 }), {
    signal: options.signal,
  });
  return [{ kind: 'file', path: fromNative(path), offset: 0, size: descriptor.size }];
};

const verifyDigest = async (
  element: KitElement,
  recipe: Recipe,
  options: ExtractOptions,
  meter: Meter,
): Promise<void> => {
  const { digest } = await options.pool.hash({ recipe: encodeRecipe(recipe), meter: meter.buffer });
  if (digest !== element.descriptor.digest) throw mismatch(element, 'digest', digest);
};

const asOneFile = async (recipe: Recipe, options: ExtractOptions): Promise<FilePiece> => {
  const [only] = recipe;
  if (recipe.length === 1 && only?.kind === 'file') return only;
  const path = join(options.scratch, temporaryName('layer'));
  await pipeline(Readable.from(streamRecipe(recipe)), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  return { kind: 'file', path: fromNative(path), offset: 0, size: recipeSize(recipe) };
};

/** Decompresses a verified layer and checks its diffId. */
const decompress = async (
  element: KitElement,
  recipe: Recipe,
  suffix: string,
  options: ExtractOptions,
  meter: Meter,
): Promise<Recipe> => {
  const compressor = options.capabilities.all('compressor').find((candidate) => candidate.suffix === suffix);
  if (!compressor) throw new KitwrightError('compression-unknown', `No plugin decompresses layers of type +${suffix}.`);
  const source = (await asOneFile(recipe, options)).path;
  const path = join(options.scratch, temporaryName('layer'));
  const limit = freeBytes + element.descriptor.size * maxRatio;
  const diffId = await options.pool.decompress({ source, module: compressor.module, path, limit, meter: meter.buffer });
  if (element.diffId !== undefined && diffId !== element.diffId) throw mismatch(element, 'diffId', diffId);
  const native = fromNative(path);
  return [{ kind: 'file', path: native, offset: 0, size: readFingerprint(native)?.size ?? 0 }];
};

const metadataMode = (annotation: string | undefined): number => {
  try {
    const mode: unknown = annotation === undefined ? undefined : (JSON.parse(annotation) as { mode?: unknown }).mode;
    return typeof mode === 'number' ? mode & 0o777 : 0o644;
  } catch {
    return 0o644;
  }
};

const rawEntry = ({ descriptor, path }: KitElement, size: number): IndexedEntry => ({
  path: bytePath(cleanPath(descriptor.annotations?.[annotationNames.filePath] ?? path)),
  type: 'file',
  mode: metadataMode(descriptor.annotations?.[annotationNames.fileMetadata]),
  size,
  offset: 0,
});

const entriesOf = (element: KitElement, reader: RecipeReader): readonly IndexedEntry[] => {
  const type = parseLayerMediaType(element.descriptor.mediaType);
  return type?.format === 'raw' ? [rawEntry(element, reader.size)] : [...tarIndex(reader.readAt, reader.size)];
};

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
    const stored = await storedRecipe(element, options);
    const type = parseLayerMediaType(element.descriptor.mediaType);
    if (!type)
      throw new KitwrightError('kit-malformed', `A layer has the unknown media type ${element.descriptor.mediaType}.`);
    const verification = verifyDigest(element, stored, options, meter);
    // A rejection is looked at below, after the other work has stopped.
    verification.catch(stop);
    if (type.compression !== undefined) await verification;
    const plain =
      type.compression === undefined ? stored : await decompress(element, stored, type.compression, options, meter);
    if (
      type.compression === undefined &&
      element.diffId !== undefined &&
      element.diffId !== element.descriptor.digest
    ) {
      throw mismatch(element, 'diffId', element.diffId);
    }
    using reader = createRecipeReader(plain);
    const writing = writeLayer(element, reader, options, meter);
    const [checked, written] = await Promise.allSettled([verification, writing]);
    if (checked.status === 'rejected') throw checked.reason;
    if (written.status === 'rejected') throw written.reason;
    return written.value;
  } finally {
    options.signal.removeEventListener('abort', stop);
  }
};

const writeLayer = async (
  element: KitElement,
  reader: RecipeReader,
  options: ExtractOptions,
  meter: Meter,
): Promise<number> => {
  const entries = entriesOf(element, reader).filter((entry) => !isKept(entry, options));
  checkTargets(entries, options);
  const targets = entries.map((entry) => targetOf(entry, reader));
  await writeAll(targets, options, meter);
  return targets.filter(({ type }) => type === 'file').length;
};
