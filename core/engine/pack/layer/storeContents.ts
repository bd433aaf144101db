import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { temporaryName } from '../../files/atomicWrite.ts';
import { passingBytes } from '../../files/passingBytes.ts';
import type { PlanFile } from '../../host/nouns.ts';
import { encodeRecipe, type HashJob, type HashResult, objectPath, packLimit } from '../../layers/jobs.ts';
import { type FilePiece, type Recipe, recipeSize } from '../../layers/recipe.ts';
import type { LayerRecord, StoredPiece, StoredSource } from '../../store/LayerRecord.ts';
import { hashBytes } from '../../store/LayerSnapshot.ts';
import { digestAt } from '../../store/layerDigests.ts';
import { type CapturedFile, cannotReflink, cloneFile, commitObject, commitPack } from './capture.ts';
import { type ContentPlace, contentPlaces } from './contentPlaces.ts';
import { createSources } from './createSources.ts';
import { findRecord } from './findRecord.ts';
import { asDigest, hasContent, type LayerWork, type StoredLayer, sameHash, withProgress } from './layerWork.ts';
import { snapshotKey } from './takeSnapshot.ts';

/** Hashes a layer, stores new file contents, and writes the layer's record. */
export async function storeContents(
  work: LayerWork,
  recipe: Recipe,
  previousRecord: LayerRecord | undefined,
): Promise<StoredLayer> {
  const { layers } = work.options.store;
  const files = layerFilesOf(work, recipe, previousRecord);
  const hashed = await hashAndCapture(work, recipe, files);
  const { result, captured, packPath } = hashed;
  for (const { index, planIndex } of files) {
    work.hashes[planIndex] = hashAt(result, index).slice();
    if (work.digests && result.digests) work.digests[planIndex] ??= digestAt(result.digests, index);
  }
  const digest = asDigest(result.digest);
  const { existed, usable } = findRecord(work.options, digest);
  if (usable) {
    discardCaptured(captured);
    if (packPath) rmSync(packPath, { force: true });
    return { record: usable, hashed: result.hashed, existed };
  }
  const { sources, places } = await placeFiles(work, files, hashed);
  const pieces = recipe.map(
    (piece, i): StoredPiece => (piece.kind === 'inline' ? { inline: piece.bytes } : (places.get(i) as StoredPiece)),
  );
  const record: LayerRecord = { digest, size: result.size, diffId: digest, sources, pieces };
  layers.write(record);
  return { record, hashed: result.hashed, existed };
}

interface LayerFile {
  readonly piece: FilePiece;
  /** Index in the recipe. */
  readonly index: number;
  readonly file: PlanFile;
  /** Index in the plan. */
  readonly planIndex: number;
  /** The place where the last build stored the same bytes. */
  readonly stored: ContentPlace | undefined;
}

function layerFilesOf(work: LayerWork, recipe: Recipe, previousRecord: LayerRecord | undefined): readonly LayerFile[] {
  const before = work.options.capture === 'reference' ? undefined : storedBefore(work, previousRecord);
  const planned = work.planned.files.flatMap((file, planIndex) => (hasContent(file) ? [{ file, planIndex }] : []));
  const pieces = recipe.flatMap((piece, index) => (piece.kind === 'file' ? [{ piece, index }] : []));
  return pieces.map(({ piece, index }, i) => {
    const { file, planIndex } = planned[i] as { file: PlanFile; planIndex: number };
    const old = before?.get(file.path);
    return {
      piece,
      index,
      file,
      planIndex,
      stored: old && sameHash(old.hash, work.hashes[planIndex]) ? old.place : undefined,
    };
  });
}

/** Place and content hash of each file of the last build, so that equal bytes are not stored twice. */
function storedBefore({ previous, planned, options }: LayerWork, record: LayerRecord | undefined) {
  const places = previous && record && contentPlaces(planned.entry, previous.files, record, options.capabilities);
  if (!places) return undefined;
  const files = previous.files.filter(hasContent);
  return new Map(files.map(({ path, hash }, i) => [path, { hash, place: places[i] as ContentPlace }] as const));
}

interface Hashed {
  readonly result: HashResult;
  readonly captured: readonly CapturedFile[];
  readonly packPath: string | undefined;
}

/**
 * Hashes the layer and writes new file contents in the same pass; large files are cloned before, if the file system
 * can.
 */
async function hashAndCapture(work: LayerWork, recipe: Recipe, files: readonly LayerFile[]): Promise<Hashed> {
  const { capture, store } = work.options;
  if (capture === 'reference') {
    return { result: await hashLayer(work, recipe, files, undefined), captured: [], packPath: undefined };
  }
  const cloned = await cloneLarge(work, files);
  const path = join(store.layout.tmp, temporaryName('pack'));
  // A watch takes the last versions of files from the store, one by one (`storedVersions.ts`).
  const inMemory = !work.options.midstates && recipeSize(recipe) <= inlineLimit;
  const wanted = wantedOf(recipe, files, cloned);
  try {
    const result = await hashLayer(work, recipe, files, { path, wanted, inMemory });
    const written = files.flatMap(({ index, piece }) =>
      wanted[index] === 2 ? [{ piece, temporary: objectPath(path, index) }] : [],
    );
    return { result, captured: [...cloned, ...written], packPath: !inMemory && wanted.includes(1) ? path : undefined };
  } catch (error) {
    discardCaptured(cloned);
    throw error;
  }
}

/** Layers up to this many bytes are in their records as a whole. */
const inlineLimit = 64 * 1024;

function hashLayer(
  work: LayerWork,
  recipe: Recipe,
  files: readonly LayerFile[],
  pack: HashJob['pack'],
): Promise<HashResult> {
  const { options, planned } = work;
  const midstates = options.midstates
    ? { midstates: snapshotKey(options.directory, planned.entry), known: knownFiles(work, recipe, files) }
    : {};
  return withProgress(options, recipeSize(recipe), (meter) =>
    options.pool.hash(
      {
        recipe: encodeRecipe(recipe),
        meter: meter.buffer,
        seed: options.store.seed(),
        ...(pack ? { pack } : {}),
        // Files that are only referenced are not stored by their content hash, so a touched large file is hashed again.
        ...(pack || options.midstates ? {} : { contentLimit: packLimit }),
        ...midstates,
        ...digestsWanted(work, recipe, files),
      },
      options.sendEarly && 'thread',
    ),
  );
}

function digestsWanted({ digests }: LayerWork, recipe: Recipe, files: readonly LayerFile[]): Pick<HashJob, 'digested'> {
  const missing = digests
    ? files.filter(({ planIndex, piece: { size } }) => !digests[planIndex] && size <= packLimit)
    : [];
  if (!missing.length) return {};
  const digested = passingBytes(recipe.length);
  for (const { index } of missing) digested[index] = 1;
  return { digested };
}

function knownFiles({ hashes, options }: LayerWork, recipe: Recipe, files: readonly LayerFile[]): Uint8Array {
  const known = passingBytes(recipe.length * hashBytes);
  for (const { index, planIndex, stored } of files) {
    const hash = hashes[planIndex];
    // A midstate skips the files before it, so those must be in the store already.
    if (hash && (stored || options.capture === 'reference')) known.set(hash, index * hashBytes);
  }
  return known;
}

/** Clones the large files, if the file system can and the capture mode allows it. */
async function cloneLarge({ options }: LayerWork, files: readonly LayerFile[]): Promise<readonly CapturedFile[]> {
  const { capture, store } = options;
  const captured: CapturedFile[] = [];
  if (capture === 'copy' || capture === 'reference') return captured;
  try {
    for (const { piece, stored } of files) {
      // Without a fingerprint it is a copy already.
      if (stored || piece.size <= packLimit || !piece.fingerprint) continue;
      const clone = await cloneFile(store.layout, piece);
      if (clone) captured.push(clone);
      else if (capture === 'auto') break;
      else throw cannotReflink();
    }
  } catch (error) {
    discardCaptured(captured);
    throw error;
  }
  return captured;
}

function discardCaptured(captured: readonly CapturedFile[]): void {
  for (const { temporary } of captured) rmSync(temporary, { force: true });
}

/** Where the worker writes each piece: nowhere (0), into the pack (1), into a file of its own (2). */
function wantedOf(recipe: Recipe, files: readonly LayerFile[], captured: readonly CapturedFile[]): Uint8Array {
  const wanted = passingBytes(recipe.length);
  const cloned = new Set(captured.map(({ piece }) => piece));
  for (const { index, piece, stored } of files) {
    if (!stored && !cloned.has(piece)) wanted[index] = piece.size <= packLimit ? 1 : 2;
  }
  return wanted;
}

function hashAt({ contents }: HashResult, index: number): Uint8Array {
  return contents.subarray(index * hashBytes, (index + 1) * hashBytes);
}

async function placeFiles(work: LayerWork, files: readonly LayerFile[], { result, captured, packPath }: Hashed) {
  const { layout } = work.options.store;
  const { sources, indexOf } = createSources();
  const copies = new Map(captured.map((file) => [file.piece, file]));
  const pack = packPath ? indexOf(commitPack(layout, packPath)) : -1;
  const places = new Map<number, StoredPiece>();
  for (const { index, piece, stored } of files) {
    const packed = result.packed[index] ?? -1;
    const copy = copies.get(piece);
    if (stored) places.set(index, { source: indexOf(stored.source), offset: stored.offset, size: stored.size });
    else if (packed >= 0 && result.pack)
      places.set(index, { inline: result.pack.subarray(packed, packed + piece.size) });
    else if (packed >= 0 && !copy) places.set(index, { source: pack, offset: packed, size: piece.size });
    else {
      const name = Buffer.from(hashAt(result, index)).toString('hex');
      const source = copy ? await commitObject(layout, copy, name) : referenceTo(piece);
      places.set(index, { source: indexOf(source), offset: 0, size: piece.size });
    }
  }
  return { sources, places };
}

function referenceTo({ path, size, fingerprint }: FilePiece): StoredSource {
  if (!fingerprint) throw new KitwrightError('internal-error', 'A file of the working directory has no fingerprint.');
  return { kind: 'reference', path, size, fingerprint };
}
