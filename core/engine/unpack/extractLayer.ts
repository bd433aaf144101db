import { join } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { temporaryName } from '../files/atomicWrite.ts';
import { type BytePath, fromNative } from '../files/bytePath.ts';
import type { Existing } from '../files/checkFree.ts';
import { createBaton } from '../layers/baton.ts';
import type { LayerPool } from '../layers/createPool.ts';
import { type Available, type ExtractJob, type ExtractResult, encodeRecipe } from '../layers/jobs.ts';
import type { Meter } from '../layers/Meter.ts';
import { type Recipe, recipeSize } from '../layers/recipe.ts';
import { createTarNames } from '../layers/tarRules.ts';
import { extractEntries } from '../layers/worker/extractEntries.ts';
import type { Turns } from '../store/createTurns.ts';
import { isLarge } from '../store/fetchInParts.ts';
import { locateSteady } from '../store/locateSteady.ts';
import { cancellable } from './cancellable.ts';
import { fetchParts, fetchWhole } from './fetchLayer.ts';
import { foreignTypeOf } from './foreignTypeOf.ts';
import { isSmall } from './isSmall.ts';
import type { KitElement } from './kitElements.ts';
import { openEntryChunks } from './openEntryChunks.ts';
import {
  checkDiffId,
  compressionOf,
  type OpenLayerOptions,
  openCompressed,
  openLayer,
  rawEntryOf,
} from './openLayer.ts';
import type { Staging } from './staging.ts';

export interface ExtractOptions extends OpenLayerOptions {
  /** Where finished entries will go: only looked at here. */
  readonly target: BytePath;
  /** Where entries are written. */
  readonly staging: Staging;
  readonly existing: Existing;
  /** See `ExtractPlace`. */
  readonly mayHaveOurs?: boolean | undefined;
  /** Large layers that are fetched take turns. */
  readonly turns?: Turns | undefined;
}

/** What came of a layer: the number of files, and the directories that the target did not have, with their modes. */
export interface Extracted {
  readonly files: number;
  readonly directories: ExtractResult['directories'];
  readonly steering: ExtractResult['steering'];
}

/**
 * Writes one layer into the staging folder and verifies it beside: SHA-256 over every stored byte, the diffId after
 * decompression. Throws `descriptor-mismatch`, `unpack-exists`, `unpack-refused`,
 * `kit-malformed`.
 */
export async function extractLayer(element: KitElement, options: ExtractOptions): Promise<Extracted> {
  const isForeign = foreignTypeOf(element.descriptor, options.capabilities) !== undefined;
  const compression = compressionOf(element);
  if (!isForeign && compression !== undefined) return extractCompressed(element, compression, options);
  if (!isForeign && !isHere(element, options)) return extractRemote(element, options);
  const { recipe, verification } = await openLayer(element, options);
  const damaged = new AbortController();
  verification.catch(() => damaged.abort());
  const signal = AbortSignal.any([options.signal, damaged.signal]);
  const [checked, written] = await Promise.allSettled([
    verification,
    writeEntries(element, recipe, { ...options, signal }),
  ]);
  if (checked.status === 'rejected') throw checked.reason;
  if (written.status === 'rejected') throw written.reason;
  return written.value;
}

/** Entries are written while a verified layer is decompressed; they count if its diffId turns out to be right. */
async function extractCompressed(
  element: KitElement,
  compression: string,
  options: ExtractOptions,
): Promise<Extracted> {
  const compressed = await openCompressed(element, compression, options);
  const { pool, staging, signal } = options;
  const raw = rawEntryOf(element);
  const place = { ...(raw ? { raw } : {}), ...placeOf(options), staging: staging.path };
  const { diffId, ...written } = await cancellable(signal, ({ buffer: meter }) =>
    pool.extractStream({ ...compressed, ...place, meter }),
  );
  checkDiffId(element, diffId);
  return joined([written]);
}

/** Throws `kit-malformed` if two entries name one directory, and do not say the same of it. */
function joined(results: readonly ExtractResult[]): Extracted {
  const names = createTarNames();
  const directories = results.flatMap((result) => result.directories);
  for (const { path, mode } of directories) names.check({ path, type: 'directory', mode });
  return {
    files: results.reduce((sum, { files }) => sum + files, 0),
    directories: directories.filter(({ isNew }) => isNew),
    steering: results.flatMap((result) => result.steering),
  };
}

function isHere({ descriptor }: KitElement, { source }: ExtractOptions): boolean {
  return locateSteady(source, descriptor) !== undefined;
}

/** Fetches a layer that is not compressed, and writes its entries. */
async function extractRemote(element: KitElement, { turns, ...rest }: ExtractOptions): Promise<Extracted> {
  const { descriptor } = element;
  using turn = await turns?.take(descriptor.size);
  rest.signal.throwIfAborted();
  const options: ExtractOptions = { ...rest, onBytes: (bytes) => turn?.add(bytes) };
  const path = join(options.scratch, temporaryName('layer'));
  if (isLarge(descriptor)) {
    const files = await extractWhileFetched(element, path, options);
    if (files !== undefined) return files;
  }
  await fetchWhole(descriptor, options, path);
  return writeEntries(element, inFile(path, descriptor.size), options);
}

/**
 * Entries are written while the layer is fetched; undefined if it turned out to be damaged, or to come in one piece
 * only.
 */
async function extractWhileFetched(
  element: KitElement,
  path: string,
  options: ExtractOptions,
): Promise<Extracted | undefined> {
  const { descriptor } = element;
  let failure: { readonly error: unknown } | undefined;
  let written = Promise.resolve<Extracted>({ files: 0, directories: [], steering: [] });
  const follow = (available: Available): Promise<string> => {
    const digest = options.pool.follow({ path: fromNative(path), size: descriptor.size, available });
    written = writeEntries(element, inFile(path, descriptor.size), options, available);
    written.catch((error: unknown) => {
      if (isFinal(error)) failure = { error };
    });
    return digest;
  };
  const onBytes = () => {
    options.signal.throwIfAborted();
    if (failure) throw failure.error;
  };
  const open = (name: string, size: number) => openEntryChunks(name, size, rawEntryOf(element) !== undefined);
  try {
    if (await fetchParts(descriptor, options, path, { open, follow, onBytes })) return await written;
  } finally {
    await Promise.allSettled([written]);
  }
  options.staging.empty();
  return undefined;
}

/** Writes the entries of a layer into the staging folder. */
function writeEntries(
  element: KitElement,
  recipe: Recipe,
  options: ExtractOptions,
  available?: Available,
): Promise<Extracted> {
  const { pool, staging, signal } = options;
  return cancellable(signal, async (meter) => {
    const raw = rawEntryOf(element);
    const size = recipeSize(recipe);
    const job: ExtractJob = {
      recipe: encodeRecipe(recipe),
      ...(available ? { available } : {}),
      ...(raw ? { raw } : {}),
      ...placeOf(options),
      staging: staging.path,
      baton: createBaton(),
      meter: meter.buffer,
    };
    const results = isSmall({ size }) ? [extractEntries(job)] : await runWriters(pool, job, meter);
    return joined(results);
  });
}

function placeOf({ target, existing, mayHaveOurs = false }: ExtractOptions) {
  return { target, existing, mayHaveOurs };
}

/** Threads that write one layer: more do not create files faster. */
const maxWriters = 4;

/** The first writer that fails ends the others; what it failed of is thrown. */
async function runWriters(pool: LayerPool, job: ExtractJob, meter: Meter): Promise<readonly ExtractResult[]> {
  let failure: { readonly error: unknown } | undefined;
  const write = () =>
    pool.extract(job).catch((error: unknown) => {
      failure ??= { error };
      meter.cancel();
      return [];
    });
  const results = await Promise.all(Array.from({ length: Math.min(pool.threads, maxWriters) }, write));
  if (failure) throw failure.error;
  return results.flat();
}

function inFile(path: string, size: number): Recipe {
  return [{ kind: 'file', path: fromNative(path), offset: 0, size }];
}

/** Failures that say nothing about the bytes: it would be in vain to fetch the rest. */
function isFinal(error: unknown): boolean {
  return error instanceof KitwrightError && (error.code === 'unpack-exists' || error.code === 'disk-full');
}

/** Threads that work on one layer: one of them verifies it. */
export const maxThreads = maxWriters + 1;
