import { KitwrightError } from '../../errors/KitwrightError.ts';
import type { BytePath } from '../../files/bytePath.ts';
import { displayPath } from '../../files/displayPath.ts';
import type { FileDigest, FileDigests, PlanFile, PlannedLayer } from '../../host/nouns.ts';
import { namesOf } from '../../host/plannedTable.ts';
import { digestBytes, encodeRecipe, packLimit } from '../../layers/jobs.ts';
import type { FilePiece } from '../../layers/recipe.ts';
import { withMeter } from '../../layers/withMeter.ts';
import { type Digest, hexOf } from '../../oci/digest.ts';
import { hashBytes } from '../../store/LayerSnapshot.ts';
import { digestAt, readLayerDigests, writeLayerDigests } from '../../store/layerDigests.ts';
import { byPath } from './changes.ts';
import {
  asDigest,
  hasContent,
  type LayerBuildOptions,
  type LayerWork,
  pieceOf,
  recipeOf,
  type StoredLayer,
  sameHash,
} from './layerWork.ts';

/** A file with content, and its index in the plan. */
interface IndexedFile {
  readonly file: PlanFile;
  readonly index: number;
}

/** SHA-256 of each file of a layer that is stored and did not change: what was kept, else they are computed now. */
export async function digestsOfUnchanged(work: LayerWork, layer: Digest): Promise<FileDigests> {
  const { options, planned } = work;
  const files = contentsOf(work);
  const kept = readLayerDigests(options.store.layout, layer, files.length);
  if (kept) return async () => asList(planned, kept);
  const computed = await computeDigests(work, files, options.signal);
  const all = keepDigests(
    options,
    layer,
    files.map((_, at) => slice(computed, at)),
  );
  return async () => asList(planned, all);
}

/**
 * Stores a layer and gives SHA-256 of its files. Small ones are hashed where they are read for the layer. Large ones, and those of
 * a layer that is compressed, are read a second time meanwhile by another thread: that finds them in the system's cache, and
 * must have read the same, else it throws `content-changed`. (To share the blocks of one reader took longer: what the other
 * core wrote is in its cache.)
 */
export async function storeWithDigests(
  work: LayerWork,
  store: (work: LayerWork) => Promise<StoredLayer>,
): Promise<StoredLayer & { readonly fileDigests: FileDigests }> {
  const { options, planned } = work;
  const files = contentsOf(work);
  const isOneFile = files.length === 1 && recipeOf(work).every(({ kind }) => kind === 'file');
  if (isOneFile) {
    const stored = await store(work);
    const own = Buffer.from(hexOf(stored.record.diffId), 'hex');
    const all = keepDigests(options, stored.record.digest, [own]);
    return { ...stored, fileDigests: async () => asList(planned, all) };
  }
  // Taken before the layer is hashed, which changes what is known of its files.
  const digests = knownDigests(work, files);
  const isCompressed = planned.entry.compression !== undefined;
  const beside = files.filter(({ file, index }) => !digests[index] && (isCompressed || isLarge(file)));
  const stored = await storeBeside({ ...work, digests }, beside, store);
  const all = finishDigests({ ...work, digests }, stored, files).then((found) =>
    keepDigests(options, stored.record.digest, found),
  );
  // Whoever asks for them hears of it.
  all.catch(() => undefined);
  return { ...stored, fileDigests: async () => asList(planned, await all) };
}

function isLarge({ fingerprint }: PlanFile): boolean {
  return fingerprint.size > packLimit;
}

/** Another thread reads some files meanwhile. */
async function storeBeside(
  work: LayerWork & { readonly digests: (Uint8Array | undefined)[] },
  missing: readonly IndexedFile[],
  store: (work: LayerWork) => Promise<StoredLayer>,
): Promise<StoredLayer> {
  if (!missing.length) return store(work);
  const stop = new AbortController();
  const computing = computeDigests(work, missing, AbortSignal.any([work.options.signal, stop.signal]), () => stored);
  computing.catch(() => undefined);
  const stored = store(work);
  try {
    await stored;
    const computed = await computing;
    missing.forEach(({ index }, at) => {
      work.digests[index] = slice(computed, at);
    });
    return await stored;
  } catch (error) {
    stop.abort();
    await computing.catch(() => undefined);
    throw error;
  }
}

/** What was not read again, because a midstate of its layer was known, is read where it is stored. */
async function finishDigests(
  work: LayerWork & { readonly digests: (Uint8Array | undefined)[] },
  { record }: StoredLayer,
  files: readonly IndexedFile[],
): Promise<readonly Uint8Array[]> {
  const { options, digests } = work;
  const rest = files.filter(({ index }) => !digests[index]);
  if (rest.length) {
    const missing = new Set<IndexedFile | undefined>(rest);
    const pieces = options.store.layers.recipeOf(record).filter((piece) => piece.kind === 'file');
    const isApart = pieces.length === files.length && pieces.every(({ fingerprint }) => fingerprint === undefined);
    const found = isApart
      ? await digestsAt(
          work,
          pieces.filter((_, at) => missing.has(files[at])),
        )
      : await computeDigests(work, rest, options.signal);
    rest.forEach(({ index }, at) => {
      digests[index] = slice(found, at);
    });
  }
  return files.map(({ index }) => digests[index] as Uint8Array);
}

async function digestsAt({ options }: LayerWork, recipe: readonly FilePiece[]): Promise<Uint8Array> {
  const { digests } = await withMeter(options.signal, (meter) =>
    options.pool.digest({ recipe: encodeRecipe(recipe), meter: meter.buffer }),
  );
  return digests;
}

function contentsOf({ planned: { files } }: LayerWork): readonly IndexedFile[] {
  return files.flatMap((file, index) => (hasContent(file) ? [{ file, index }] : []));
}

/** Of the files that are as they were in the last build, by their index in the plan. */
function knownDigests(
  { previous, hashes, options, planned }: LayerWork,
  files: readonly IndexedFile[],
): (Uint8Array | undefined)[] {
  const known = new Array<Uint8Array | undefined>(planned.files.length).fill(undefined);
  const before = previous?.files.filter(({ type, fingerprint }) => type === 'file' && fingerprint.size > 0) ?? [];
  const kept = previous && readLayerDigests(options.store.layout, previous.digest, before.length);
  if (!kept) return known;
  const places = new Map<BytePath, number>(before.map(({ path }, at) => [path, at]));
  const old = byPath(previous);
  for (const { file, index } of files) {
    const at = places.get(file.path);
    if (at !== undefined && sameHash(old.get(file.path)?.hash, hashes[index])) known[index] = digestAt(kept, at);
  }
  return known;
}

export function slice(bytes: Uint8Array, at: number, width: number = digestBytes): Uint8Array {
  return bytes.subarray(at * width, (at + 1) * width);
}

/**
 * Reads the files where they were planned. The content hashes of the layer's own pass, once `ready`, say whether both
 * read the same.
 */
function computeDigests(
  { hashes, options }: LayerWork,
  files: readonly IndexedFile[],
  signal: AbortSignal,
  ready: () => Promise<unknown> = async () => undefined,
): Promise<Uint8Array> {
  const readings = files.map(
    ({ file, index }): Reading => ({ piece: pieceOf(file, options), path: file.path, content: () => hashes[index] }),
  );
  return digestsOf({ ...options, signal }, readings, ready);
}

/** A file that is read for its digest, and its content hash in the layer once that is known. */
export interface Reading {
  readonly piece: FilePiece;
  readonly path: BytePath;
  readonly content: () => Uint8Array | undefined;
}

/** SHA-256 of each file, 32 bytes each. Throws `content-changed` if the layer was made of other bytes. */
export async function digestsOf(
  { pool, store, signal }: Pick<LayerBuildOptions, 'pool' | 'store' | 'signal'>,
  readings: readonly Reading[],
  ready: () => Promise<unknown> = async () => undefined,
): Promise<Uint8Array> {
  const recipe = encodeRecipe(readings.map(({ piece }) => piece));
  const { contents, digests } = await withMeter(signal, (meter) =>
    pool.digest({ recipe, meter: meter.buffer, seed: store.seed() }),
  );
  await ready();
  const changed = readings.find(({ content }, at) => {
    const hash = content();
    // A large file that is only referenced has none.
    return hash?.some((byte) => byte !== 0) && !sameHash(hash, slice(contents, at, hashBytes));
  });
  if (!changed) return digests;
  const path = displayPath(changed.path);
  throw new KitwrightError('content-changed', `${path} changed while it was read.`, { data: { path } });
}

/** Keeps the digests for the next build. */
export function keepDigests({ store }: LayerBuildOptions, layer: Digest, digests: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(digests.length * digestBytes);
  digests.forEach((digest, at) => {
    all.set(digest, at * digestBytes);
  });
  writeLayerDigests(store.layout, layer, all);
  return all;
}

/** SHA-256 of no bytes (FIPS 180-4). */
const ofNothing = asDigest('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');

/** Of the files of a layer, of which those with content have a digest. */
export function asList(planned: PlannedLayer, digests: Uint8Array): readonly FileDigest[] {
  const list: FileDigest[] = [];
  let at = 0;
  for (const { path, type, size } of namesOf(planned)) {
    if (type === 'directory') continue;
    const digest = size > 0 ? slice(digests, at++) : undefined;
    list.push({ path, size, digest: digest ? (`sha256:${Buffer.from(digest).toString('hex')}` as const) : ofNothing });
  }
  return list;
}
