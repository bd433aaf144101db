import { KitwrightError } from '../../errors/KitwrightError.ts';
import type { BytePath } from '../../files/bytePath.ts';
import { displayPath } from '../../files/displayPath.ts';
import type { FileDigest, PlanFile } from '../../host/nouns.ts';
import { encodeRecipe } from '../../layers/jobs.ts';
import { withMeter } from '../../layers/withMeter.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';
import { hashBytes } from '../../store/LayerSnapshot.ts';
import { digestBytes, readLayerDigests, writeLayerDigests } from '../../store/layerDigests.ts';
import { byPath } from './changes.ts';
import { asDigest, hasContent, type LayerWork, pieceOf, recipeOf, type StoredLayer, sameHash } from './layerWork.ts';

/** A file with content, and its index in the plan. */
interface IndexedFile {
  readonly file: PlanFile;
  readonly index: number;
}

/** SHA-256 of each file of a layer that is stored and did not change: what was kept, else they are computed now. */
export async function digestsOfUnchanged(work: LayerWork, layer: Digest): Promise<readonly FileDigest[]> {
  const files = contentsOf(work);
  const kept = readLayerDigests(work.options.store.layout, layer, files.length);
  if (kept) return asList(work, kept);
  const computed = await computeDigests(work, files, work.options.signal);
  return keep(work, layer, files, checkedDigests(work, files, computed));
}

/**
 * Stores a layer and computes SHA-256 of its files meanwhile. They are read a second time, by another thread than the one
 * that hashes the layer: that one never pauses, while the files are in the system's cache and other cores are idle. Throws
 * `content-changed` if the two threads did not read the same bytes.
 */
export async function storeWithDigests(
  work: LayerWork,
  store: () => Promise<StoredLayer>,
): Promise<StoredLayer & { readonly fileDigests: readonly FileDigest[] }> {
  const files = contentsOf(work);
  const isOneFile = files.length === 1 && recipeOf(work).every(({ kind }) => kind === 'file');
  // Taken before the layer is hashed, which changes what is known of its files.
  const known = isOneFile ? new Map<number, Uint8Array>() : knownDigests(work, files);
  const missing = isOneFile ? [] : files.filter(({ index }) => !known.has(index));
  const stop = new AbortController();
  const computing = computeDigests(work, missing, AbortSignal.any([work.options.signal, stop.signal]));
  computing.catch(() => undefined);
  try {
    const stored = await store();
    const { digest, diffId } = stored.record;
    const computed = checkedDigests(work, missing, await computing);
    const [only] = isOneFile ? files : [];
    const own = only ? new Map([[only.index, Buffer.from(diffId.slice('sha256:'.length), 'hex')]]) : computed;
    return { ...stored, fileDigests: keep(work, digest, files, new Map([...known, ...own])) };
  } catch (error) {
    stop.abort();
    await computing.catch(() => undefined);
    throw error;
  }
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
  work: LayerWork,
  layer: Digest,
  files: readonly IndexedFile[],
  digests: ReadonlyMap<number, Uint8Array>,
): readonly FileDigest[] {
  const all = new Uint8Array(files.length * digestBytes);
  files.forEach(({ index }, at) => {
    all.set(digests.get(index) ?? [], at * digestBytes);
  });
  writeLayerDigests(work.options.store.layout, layer, all);
  return asList(work, all);
}

const ofNothing = digestOf('');

function asList({ planned: { files } }: LayerWork, digests: Uint8Array): readonly FileDigest[] {
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
