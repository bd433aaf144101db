import { KitwrightError } from '../../errors/KitwrightError.ts';
import type { BytePath } from '../../files/bytePath.ts';
import { displayPath } from '../../files/displayPath.ts';
import type { FileDigest, FileDigests, PlanFile, PlannedLayer } from '../../host/nouns.ts';
import { encodeRecipe, packLimit } from '../../layers/jobs.ts';
import type { FilePiece } from '../../layers/recipe.ts';
import { withMeter } from '../../layers/withMeter.ts';
import { type Digest, digestOf, hexOf } from '../../oci/digest.ts';
import { hashBytes } from '../../store/LayerSnapshot.ts';
import { digestBytes, readLayerDigests, writeLayerDigests } from '../../store/layerDigests.ts';
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
  const computed = checkedDigests(work, files, await computeDigests(work, files, options.signal));
  const all = keep(options, layer, files, computed);
  return async () => asList(planned, all);
}

/**
 * Stores a layer and computes SHA-256 of its files. Large files are read a second time meanwhile, by another thread than the
 * one that hashes the layer: that one never pauses, while the files are in the system's cache and other cores are idle.
 * What was stored many in one file is read from there, while the kit is finished. Throws `content-changed` if the two
 * threads did not read the same bytes.
 */
export async function storeWithDigests(
  work: LayerWork,
  store: () => Promise<StoredLayer>,
): Promise<StoredLayer & { readonly fileDigests: FileDigests }> {
  const { options, planned } = work;
  const files = contentsOf(work);
  const isOneFile = files.length === 1 && recipeOf(work).every(({ kind }) => kind === 'file');
  // Taken before the layer is hashed, which changes what is known of its files.
  const known = isOneFile ? new Map<number, Uint8Array>() : knownDigests(work, files);
  const missing = isOneFile ? [] : files.filter(({ index }) => !known.has(index));
  const early = isKeptApart(work) ? missing.filter(({ file }) => file.fingerprint.size > packLimit) : missing;
  const stop = new AbortController();
  const computing = computeDigests(work, early, AbortSignal.any([options.signal, stop.signal]));
  computing.catch(() => undefined);
  try {
    const stored = await store();
    const { digest, diffId } = stored.record;
    const [only] = isOneFile ? files : [];
    const own = only ? [[only.index, Buffer.from(hexOf(diffId), 'hex')] as const] : [];
    const found = new Map([...known, ...own, ...checkedDigests(work, early, await computing)]);
    const rest = missing.filter(({ index }) => !found.has(index));
    const all = finishDigests(work, stored, files, rest).then((last) =>
      keep(options, digest, files, new Map([...found, ...last])),
    );
    // Whoever asks for them hears of it.
    all.catch(() => undefined);
    return { ...stored, fileDigests: async () => asList(planned, await all) };
  } catch (error) {
    stop.abort();
    await computing.catch(() => undefined);
    throw error;
  }
}

/** Does the store keep the files of the layer one by one? */
function isKeptApart({ planned, options }: LayerWork): boolean {
  return options.capture !== 'reference' && planned.entry.compression === undefined;
}

/** Of files that are read where they are stored; of a layer that is in its record, where they come from. */
async function finishDigests(
  work: LayerWork,
  { record }: StoredLayer,
  files: readonly IndexedFile[],
  rest: readonly IndexedFile[],
): Promise<ReadonlyMap<number, Uint8Array>> {
  if (!rest.length) return new Map();
  const { layers } = work.options.store;
  const pieces = layers.recipeOf(record).filter((piece) => piece.kind === 'file');
  const isApart = pieces.length === files.length && pieces.every(({ fingerprint }) => fingerprint === undefined);
  if (!isApart) return checkedDigests(work, rest, await computeDigests(work, rest, work.options.signal));
  const places = new Map(files.map(({ index }, at) => [index, pieces[at] as FilePiece]));
  const recipe = rest.map(({ index }) => places.get(index) as FilePiece);
  const { digests } = await withMeter(work.options.signal, (meter) =>
    work.options.pool.digest({ recipe: encodeRecipe(recipe), meter: meter.buffer }),
  );
  return new Map(rest.map(({ index }, at) => [index, slice(digests, at)]));
}

function contentsOf({ planned: { files } }: LayerWork): readonly IndexedFile[] {
  return files.flatMap((file, index) => (hasContent(file) ? [{ file, index }] : []));
}

/** Of the files that are as they were in the last build, by their index in the plan. */
function knownDigests({ previous, hashes, options }: LayerWork, files: readonly IndexedFile[]) {
  const known = new Map<number, Uint8Array>();
  const before = previous?.files.filter(({ type, fingerprint }) => type === 'file' && fingerprint.size > 0) ?? [];
  const kept = previous && readLayerDigests(options.store.layout, previous.digest, before.length);
  if (!kept) return known;
  const places = new Map<BytePath, number>(before.map(({ path }, at) => [path, at]));
  const old = byPath(previous);
  for (const { file, index } of files) {
    const at = places.get(file.path);
    if (at !== undefined && sameHash(old.get(file.path)?.hash, hashes[index])) known.set(index, slice(kept, at));
  }
  return known;
}

function slice(bytes: Uint8Array, at: number, width: number = digestBytes): Uint8Array {
  return bytes.subarray(at * width, (at + 1) * width);
}

async function computeDigests({ options }: LayerWork, files: readonly IndexedFile[], signal: AbortSignal) {
  const recipe = files.map(({ file }) => pieceOf(file, options));
  return withMeter(signal, (meter) =>
    options.pool.digest({ recipe: encodeRecipe(recipe), meter: meter.buffer, seed: options.store.seed() }),
  );
}

/** By index in the plan. The content hash of the layer's own pass says whether both read the same. */
function checkedDigests(
  { hashes }: LayerWork,
  files: readonly IndexedFile[],
  { contents, digests }: Awaited<ReturnType<typeof computeDigests>>,
): ReadonlyMap<number, Uint8Array> {
  const changed = files.find(({ index }, at) => {
    const hash = hashes[index];
    // A large file that is only referenced has none.
    return hash?.some((byte) => byte !== 0) && !sameHash(hash, slice(contents, at, hashBytes));
  });
  if (!changed) return new Map(files.map(({ index }, at) => [index, slice(digests, at)]));
  const path = displayPath(changed.file.path);
  throw new KitwrightError('content-changed', `${path} changed while it was read.`, { data: { path } });
}

/** Keeps the digests for the next build. */
function keep(
  { store }: LayerBuildOptions,
  layer: Digest,
  files: readonly IndexedFile[],
  digests: ReadonlyMap<number, Uint8Array>,
): Uint8Array {
  const all = new Uint8Array(files.length * digestBytes);
  files.forEach(({ index }, at) => {
    all.set(digests.get(index) ?? [], at * digestBytes);
  });
  writeLayerDigests(store.layout, layer, all);
  return all;
}

const ofNothing = digestOf('');

function asList({ files }: PlannedLayer, digests: Uint8Array): readonly FileDigest[] {
  let at = 0;
  return files.flatMap((file) => {
    if (file.type === 'directory') return [];
    const { path, fingerprint } = file;
    const digest = hasContent(file)
      ? asDigest(`sha256:${Buffer.from(slice(digests, at++)).toString('hex')}`)
      : ofNothing;
    return [{ path, size: fingerprint.size, digest }];
  });
}
