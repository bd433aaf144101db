import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { temporaryName } from '../../files/atomicWrite.ts';
import { encodeRecipe, type HashResult } from '../../layers/jobs.ts';
import { type FilePiece, type Recipe, recipeSize } from '../../layers/recipe.ts';
import { type LayerRecord, printToJson, type StoredPiece, type StoredSource } from '../../store/LayerRecord.ts';
import type { PlanFile } from '../nouns.ts';
import { type CapturedFile, captureFile, commitObject, commitPack } from './capture.ts';
import { asDigest, hasContent, type LayerWork, type StoredLayer, sameHash, watchMeter } from './layerWork.ts';
import { hashBytes, snapshotKey } from './snapshot.ts';

/** Files up to this many bytes go into a pack, larger ones into an object of their own. The worker draws the same line. */
const packLimit = 256 * 1024;

interface Content {
  readonly piece: FilePiece;
  /** Index in the recipe. */
  readonly index: number;
  readonly file: PlanFile;
  /** Index in the plan. */
  readonly planIndex: number;
  /** Where the last build stored the same bytes. */
  readonly stored: StoredSourcePiece | undefined;
}

interface StoredSourcePiece {
  readonly source: StoredSource;
  readonly offset: number;
  readonly size: number;
}

/** Place and content hash of each file of the last build: equal contents are not stored twice. */
const storedBefore = ({ previous }: LayerWork, record: LayerRecord | undefined) => {
  const places = record?.pieces.filter((piece) => 'source' in piece) ?? [];
  const files = previous?.files.filter(({ type, print }) => type === 'file' && print.size > 0) ?? [];
  if (!record || places.length !== files.length) return undefined;
  return new Map(
    files.map(({ path, hash }, i) => {
      const { source, offset, size } = places[i] as { source: number; offset: number; size: number };
      return [path, { hash, place: { source: record.sources[source] as StoredSource, offset, size } }] as const;
    }),
  );
};

const contentsOf = (work: LayerWork, recipe: Recipe, previousRecord: LayerRecord | undefined): readonly Content[] => {
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
};

const hashLayer = (
  work: LayerWork,
  recipe: Recipe,
  contents: readonly Content[],
  packPath: string | undefined,
): Promise<HashResult> => {
  const { options, hashes, planned } = work;
  const known = new Uint8Array(recipe.length * hashBytes);
  const wanted = new Uint8Array(recipe.length);
  for (const { index, piece, planIndex, stored } of contents) {
    const hash = hashes[planIndex];
    // A midstate passes over what it vouches for: only contents that are already kept may be passed over.
    if (hash && (stored || options.capture === 'reference')) known.set(hash, index * hashBytes);
    if (!stored && piece.size <= packLimit) wanted[index] = 1;
  }
  return watchMeter(options, recipeSize(recipe), (meter) =>
    options.pool.hash({
      recipe: encodeRecipe(recipe),
      meter: meter.buffer,
      seed: options.store.seed(),
      ...(packPath === undefined ? {} : { pack: { path: packPath, wanted } }),
      ...(options.midstates ? { midstates: snapshotKey(options.context, planned.entry), known } : {}),
    }),
  );
};

const discardCaptured = (captured: readonly CapturedFile[]): void => {
  for (const { temporary } of captured) rmSync(temporary, { force: true });
};

/** Copies large files into the store, two at a time, while the hash pass reads them. */
const captureLarge = async (work: LayerWork, contents: readonly Content[]): Promise<readonly CapturedFile[]> => {
  const { signal, store, capture } = work.options;
  if (capture === 'reference') return [];
  const queue = contents.filter(({ piece, stored }) => !stored && piece.size > packLimit);
  const captured: CapturedFile[] = [];
  const lane = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      if (signal.aborted) throw new KitwrightError('cancelled', 'Cancelled.');
      captured.push(await captureFile(store.layout, next.piece, capture));
    }
  };
  const results = await Promise.allSettled([lane(), lane()]);
  const failed = results.find((result) => result.status === 'rejected');
  if (!failed) return captured;
  discardCaptured(captured);
  throw failed.reason;
};

const referenceTo = ({ path, size, print }: FilePiece): StoredSource => {
  if (!print) throw new KitwrightError('internal-error', 'A file of the working directory has no fingerprint.');
  return { kind: 'reference', path, size, print: printToJson(print) };
};

/** Collects the sources of a record, each once. */
const createSources = () => {
  const sources: StoredSource[] = [];
  const indexes = new Map<string, number>();
  const keyOf = (source: StoredSource) =>
    source.kind === 'reference' ? `reference:${source.path}` : `${source.kind}:${source.name}`;
  return {
    sources,
    indexOf: (source: StoredSource): number => {
      const key = keyOf(source);
      const index = indexes.get(key) ?? sources.push(source) - 1;
      indexes.set(key, index);
      return index;
    },
  };
};

const hashAt = ({ contents }: HashResult, index: number): Uint8Array =>
  contents.subarray(index * hashBytes, (index + 1) * hashBytes);

interface Hashed {
  readonly result: HashResult;
  readonly captured: readonly CapturedFile[];
  readonly packPath: string | undefined;
}

/** The hash pass and the kernel's copies side by side; if one fails, nothing of the other stays. */
const hashAndCapture = async (work: LayerWork, recipe: Recipe, contents: readonly Content[]): Promise<Hashed> => {
  const { layout } = work.options.store;
  const packPath = work.options.capture === 'reference' ? undefined : join(layout.tmp, temporaryName('pack'));
  const [hashing, copies] = await Promise.allSettled([
    hashLayer(work, recipe, contents, packPath),
    captureLarge(work, contents),
  ]);
  if (hashing.status === 'fulfilled' && copies.status === 'fulfilled') {
    return { result: hashing.value, captured: copies.value, packPath };
  }
  if (copies.status === 'fulfilled') discardCaptured(copies.value);
  if (packPath) rmSync(packPath, { force: true });
  throw hashing.status === 'rejected' ? hashing.reason : (copies as PromiseRejectedResult).reason;
};

const placeContents = async (work: LayerWork, contents: readonly Content[], { result, captured, packPath }: Hashed) => {
  const { layout } = work.options.store;
  const { sources, indexOf } = createSources();
  const copies = new Map(captured.map((file) => [file.piece, file]));
  const isPacked = contents.some(({ index }) => (result.packed[index] ?? -1) >= 0);
  const pack = packPath && isPacked ? indexOf(commitPack(layout, packPath)) : -1;
  const places = new Map<number, StoredPiece>();
  for (const { index, piece, stored } of contents) {
    const packed = result.packed[index] ?? -1;
    const copy = copies.get(piece);
    if (stored) places.set(index, { source: indexOf(stored.source), offset: stored.offset, size: stored.size });
    else if (packed >= 0) places.set(index, { source: pack, offset: packed, size: piece.size });
    else {
      const name = Buffer.from(hashAt(result, index)).toString('hex');
      const source = copy ? await commitObject(layout, copy, name) : referenceTo(piece);
      places.set(index, { source: indexOf(source), offset: 0, size: piece.size });
    }
  }
  return { sources, places };
};

/** A record of the same layer from another build, if it can be used as it is. */
const usable = (work: LayerWork, digest: string): LayerRecord | undefined => {
  const { layers } = work.options.store;
  const record = work.options.capture === 'reference' ? undefined : layers.read(asDigest(digest));
  const own = record?.sources.every(({ kind }) => kind !== 'reference');
  return record && own && layers.stateOfAll(record) === 'same' ? record : undefined;
};

/** Hashes a layer, brings new contents into the store, and writes the layer's record. */
export const storeContents = async (
  work: LayerWork,
  recipe: Recipe,
  previousRecord: LayerRecord | undefined,
): Promise<StoredLayer> => {
  const { layers } = work.options.store;
  const contents = contentsOf(work, recipe, previousRecord);
  const hashed = await hashAndCapture(work, recipe, contents);
  const { result, captured, packPath } = hashed;
  for (const { index, planIndex } of contents) work.hashes[planIndex] = hashAt(result, index).slice();
  const existing = usable(work, result.digest);
  if (existing) {
    discardCaptured(captured);
    if (packPath) rmSync(packPath, { force: true });
    return { record: existing, hashed: result.hashed, existed: true };
  }
  const digest = asDigest(result.digest);
  const existed = layers.readHead(digest) !== undefined;
  const { sources, places } = await placeContents(work, contents, hashed);
  const pieces = recipe.map(
    (piece, i): StoredPiece => (piece.kind === 'inline' ? { inline: piece.bytes } : (places.get(i) as StoredPiece)),
  );
  const record: LayerRecord = { digest, size: result.size, diffId: digest, sources, pieces };
  layers.write(record);
  return { record, hashed: result.hashed, existed };
};
