import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { temporaryName } from '../files/atomicWrite.ts';
import { textOf } from '../files/bytePath.ts';
import { timeGrain } from '../files/fileSystem.ts';
import { nowNs, sameFingerprint } from '../files/fingerprint.ts';
import { encodeRecipe, type HashResult } from '../layers/jobs.ts';
import { createMeter, type Meter } from '../layers/Meter.ts';
import type { LayerPool } from '../layers/pool.ts';
import { type FilePiece, type Recipe, recipeSize } from '../layers/recipe.ts';
import { type Digest, hexOf, isDigest } from '../oci/digest.ts';
import type { LayerRecord, StoredPiece, StoredSource } from '../store/LayerRecord.ts';
import { printToJson } from '../store/LayerRecord.ts';
import type { LocalStore } from '../store/localStore.ts';
import type { CapabilityRegistry } from './capabilities.ts';
import { type CapturedFile, type CaptureMode, captureFile, commitBlob, commitObject, commitPack } from './capture.ts';
import type { Layer, LayerCost, PlanFile, PlannedLayer } from './nouns.ts';
import {
  hashBytes,
  type LayerSnapshot,
  readSnapshot,
  type SnapshotFile,
  snapshotKey,
  takeSnapshot,
  writeSnapshot,
} from './snapshot.ts';
import { verifyRecord } from './verifyRecord.ts';

export interface LayerBuildOptions {
  readonly context: string;
  readonly store: LocalStore;
  readonly pool: LayerPool;
  readonly capabilities: CapabilityRegistry;
  readonly capture: CaptureMode;
  /** Keep midstates: worth it only where the same layer is built again by this process. */
  readonly midstates: boolean;
  readonly signal: AbortSignal;
  /** Called with the bytes done and all bytes, several times a second. */
  readonly progress: (done: number, bytes: number) => void;
}

/** Files up to this size go into a pack, larger ones into an object of their own. The worker draws the same line. */
const packLimit = 256 * 1024;
const progressInterval = 200;
const changedShown = 5;

interface Work {
  readonly planned: PlannedLayer;
  readonly options: LayerBuildOptions;
  readonly recipe: Recipe;
  readonly previous: LayerSnapshot | undefined;
  readonly previousRecord: LayerRecord | undefined;
  /** Content hash of each planned file, where it is known. */
  readonly hashes: (Uint8Array | undefined)[];
}

const byPath = (snapshot: LayerSnapshot | undefined): ReadonlyMap<string, SnapshotFile> =>
  new Map(snapshot?.files.map((file) => [file.path, file]));

const knownHash = (file: PlanFile, old: SnapshotFile | undefined): Uint8Array | undefined =>
  old && !old.racy && old.type === 'file' && sameFingerprint(old.print, file.print) ? old.hash : undefined;

const watchMeter = async <T>(
  options: LayerBuildOptions,
  bytes: number,
  run: (meter: Meter) => Promise<T>,
): Promise<T> => {
  const meter = createMeter();
  const timer = setInterval(() => options.progress(Math.min(meter.bytes(), bytes), bytes), progressInterval);
  const stop = () => meter.cancel();
  options.signal.addEventListener('abort', stop);
  if (options.signal.aborted) stop();
  try {
    return await run(meter);
  } finally {
    clearInterval(timer);
    options.signal.removeEventListener('abort', stop);
  }
};

const pieceOf = (file: PlanFile, options: LayerBuildOptions): FilePiece => ({
  kind: 'file',
  path: file.target ?? `${options.context}/${file.path}`,
  offset: 0,
  size: file.print.size,
  print: file.print,
});

/** Files that were touched but kept their size: their content hash is asked for first, it is four times cheaper. */
const probeTouched = async (work: Work): Promise<void> => {
  const { planned, options, previous, hashes } = work;
  const old = byPath(previous);
  const touched = planned.files
    .map((file, index) => ({ file, index }))
    .filter(
      ({ file, index }) =>
        file.type === 'file' &&
        file.print.size > 0 &&
        !hashes[index] &&
        old.get(file.path)?.print.size === file.print.size,
    );
  if (touched.length === 0) return;
  const recipe = touched.map(({ file }) => pieceOf(file, options));
  const found = await watchMeter(options, recipeSize(recipe), (meter) =>
    options.pool.probe({ recipe: encodeRecipe(recipe), meter: meter.buffer, seed: options.store.seed() }),
  );
  touched.forEach(({ index }, i) => {
    hashes[index] = found.slice(i * hashBytes, (i + 1) * hashBytes);
  });
};

const permissions = (mode: number): number => mode & 0o7777;

const isUnchanged = ({ planned: { files }, previous, hashes }: Work): boolean =>
  previous !== undefined &&
  previous.files.length === files.length &&
  files.every((file, i) => {
    const old = previous.files[i] as SnapshotFile;
    const same =
      old.path === file.path && old.type === file.type && permissions(old.print.mode) === permissions(file.print.mode);
    if (!same || file.type === 'directory') return same;
    const hash = hashes[i];
    return (
      old.print.size === file.print.size &&
      (file.print.size === 0 || (hash !== undefined && Buffer.compare(hash, old.hash) === 0))
    );
  });

const layerOf = (work: Work, record: LayerRecord, cost: LayerCost): Layer => {
  const { entry, files } = work.planned;
  const { digest, size, diffId } = record;
  const annotations = Object.keys(entry.annotations).length ? { annotations: entry.annotations } : {};
  return {
    entry,
    descriptor: { mediaType: entry.mediaType, digest, size, ...annotations },
    diffId,
    files: files.length,
    cost,
  };
};

/** Content hash and place of each file of the previous build, so that equal contents are not stored twice. */
const storedBefore = ({
  previous,
  previousRecord,
}: Work): ReadonlyMap<string, { readonly piece: StoredPiece; readonly hash: Uint8Array }> => {
  const pieces = previousRecord?.pieces.filter((piece) => 'source' in piece) ?? [];
  const files = previous?.files.filter(({ type, print }) => type === 'file' && print.size > 0) ?? [];
  if (pieces.length !== files.length) return new Map();
  return new Map(files.map(({ path, hash }, i) => [path, { piece: pieces[i] as StoredPiece, hash }]));
};

/** Collects the sources of a record, each once. */
const createSources = () => {
  const sources: StoredSource[] = [];
  const indexes = new Map<string, number>();
  return {
    sources,
    indexOf: (source: StoredSource): number => {
      const key = source.kind === 'reference' ? `reference:${source.path}` : `${source.kind}:${source.name}`;
      const index = indexes.get(key) ?? sources.push(source) - 1;
      indexes.set(key, index);
      return index;
    },
  };
};

const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Copies large files into the store, a few at a time, while the hash pass reads them. */
const captureLarge = async (
  work: Work,
  pieces: readonly FilePiece[],
  mode: Exclude<CaptureMode, 'reference'>,
): Promise<readonly CapturedFile[]> => {
  const { options } = work;
  const queue = [...pieces.entries()];
  const captured: CapturedFile[] = [];
  const lane = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      if (options.signal.aborted) throw new KitwrightError('cancelled', 'Cancelled.');
      captured.push(await captureFile(options.store.layout, next[1], mode));
    }
  };
  const results = await Promise.allSettled([lane(), lane()]);
  const failed = results.find((result) => result.status === 'rejected');
  if (!failed) return captured;
  for (const { temporary } of captured) rmSync(temporary, { force: true });
  throw failed.reason;
};

interface HashPlan {
  readonly filePieces: readonly {
    readonly piece: FilePiece;
    readonly index: number;
    readonly file: PlanFile;
    readonly planIndex: number;
  }[];
  readonly isNew: readonly boolean[];
}

const planHash = (work: Work, before: ReturnType<typeof storedBefore>): HashPlan => {
  const planned = work.planned.files
    .map((file, planIndex) => ({ file, planIndex }))
    .filter(({ file }) => file.type === 'file' && file.print.size > 0);
  const filePieces = [...work.recipe.entries()]
    .filter((entry): entry is [number, FilePiece] => entry[1].kind === 'file')
    .map(([index, piece], i) => ({ piece, index, ...(planned[i] as { file: PlanFile; planIndex: number }) }));
  const isNew = filePieces.map(({ file, planIndex }) => {
    const hash = work.hashes[planIndex];
    const old = before.get(file.path);
    return !(hash && old && Buffer.compare(old.hash, hash) === 0);
  });
  return { filePieces, isNew };
};

const hashLayer = (work: Work, plan: HashPlan, packPath: string | undefined): Promise<HashResult> => {
  const { options, recipe, hashes } = work;
  const known = new Uint8Array(recipe.length * hashBytes);
  const wanted = new Uint8Array(recipe.length);
  plan.filePieces.forEach(({ index, piece, planIndex }, i) => {
    const hash = hashes[planIndex];
    if (hash) known.set(hash, index * hashBytes);
    if (plan.isNew[i] && piece.size <= packLimit) wanted[index] = 1;
  });
  return watchMeter(options, recipeSize(recipe), (meter) =>
    options.pool.hash({
      recipe: encodeRecipe(recipe),
      meter: meter.buffer,
      seed: options.store.seed(),
      ...(packPath === undefined ? {} : { pack: { path: packPath, wanted } }),
      ...(options.midstates ? { midstates: snapshotKey(options.context, work.planned.entry), known } : {}),
    }),
  );
};

const asDigest = (text: string): Digest => {
  if (!isDigest(text))
    throw new KitwrightError('internal-error', `A worker answered ${JSON.stringify(text)} for a digest.`);
  return text;
};

interface Stored {
  readonly record: LayerRecord;
  readonly hashed: number;
  readonly existed: boolean;
}

/** Stores the contents of a layer and writes its record. */
const storeContents = async (work: Work): Promise<Stored> => {
  const { options, recipe } = work;
  const { layout, layers } = options.store;
  const { capture } = options;
  const before = capture === 'reference' ? new Map<string, never>() : storedBefore(work);
  const plan = planHash(work, before);
  const packPath = capture === 'reference' ? undefined : join(layout.tmp, temporaryName('pack'));
  const large =
    capture === 'reference' ? [] : plan.filePieces.filter(({ piece }, i) => plan.isNew[i] && piece.size > packLimit);
  const copying =
    capture === 'reference'
      ? []
      : captureLarge(
          work,
          large.map(({ piece }) => piece),
          capture,
        );
  const [hashing, copies] = await Promise.allSettled([hashLayer(work, plan, packPath), copying]);
  if (hashing.status === 'rejected' || copies.status === 'rejected') {
    if (copies.status === 'fulfilled') for (const { temporary } of copies.value) rmSync(temporary, { force: true });
    if (packPath) rmSync(packPath, { force: true });
    throw hashing.status === 'rejected' ? hashing.reason : (copies as PromiseRejectedResult).reason;
  }
  const result = hashing.value;
  const digest = asDigest(result.digest);
  plan.filePieces.forEach(({ index, planIndex }) => {
    work.hashes[planIndex] = result.contents.slice(index * hashBytes, (index + 1) * hashBytes);
  });
  const existing = capture === 'reference' ? undefined : layers.read(digest);
  if (
    existing &&
    layers.stateOfAll(existing) === 'same' &&
    existing.sources.every(({ kind }) => kind !== 'reference')
  ) {
    for (const { temporary } of copies.value) rmSync(temporary, { force: true });
    if (packPath) rmSync(packPath, { force: true });
    return { record: existing, hashed: result.hashed, existed: true };
  }
  const { sources, indexOf } = createSources();
  const hashAt = (index: number) => result.contents.subarray(index * hashBytes, (index + 1) * hashBytes);
  const captured = new Map(copies.value.map((file) => [file.piece, file]));
  const pack =
    packPath && plan.filePieces.some(({ index }) => (result.packed[index] ?? -1) >= 0)
      ? indexOf(commitPack(layout, packPath))
      : -1;
  const stored = new Map<number, StoredPiece>();
  for (const [i, { piece, index, file }] of plan.filePieces.entries()) {
    const old = before.get(file.path);
    if (!plan.isNew[i] && old && 'source' in old.piece && work.previousRecord) {
      const source = work.previousRecord.sources[old.piece.source] as StoredSource;
      stored.set(index, { ...old.piece, source: indexOf(source) });
      continue;
    }
    const packed = result.packed[index] ?? -1;
    const copy = captured.get(piece);
    if (packed >= 0) stored.set(index, { source: pack, offset: packed, size: piece.size });
    else if (copy)
      stored.set(index, {
        source: indexOf(await commitObject(layout, copy, toHex(hashAt(index)))),
        offset: 0,
        size: piece.size,
      });
    else stored.set(index, { source: indexOf(referenceOf(piece)), offset: 0, size: piece.size });
  }
  const pieces = recipe.map(
    (piece, i): StoredPiece => (piece.kind === 'inline' ? { inline: piece.bytes } : (stored.get(i) as StoredPiece)),
  );
  const record: LayerRecord = { digest, size: result.size, diffId: digest, sources, pieces };
  layers.write(record);
  return { record, hashed: result.hashed, existed: existing !== undefined };
};

const referenceOf = (piece: FilePiece): StoredSource => {
  if (!piece.print) throw new KitwrightError('internal-error', 'A file of the working directory has no fingerprint.');
  return { kind: 'reference', path: piece.path, size: piece.size, print: printToJson(piece.print) };
};

/** Compresses a layer into `blobs/`. Content hashes come from a probe, so that the next build knows what changed. */
const storeCompressed = async (work: Work, module: string): Promise<Stored> => {
  const { options, recipe, planned, hashes } = work;
  const { layout, layers } = options.store;
  const path = join(layout.tmp, temporaryName('blob'));
  const bytes = recipeSize(recipe);
  const result = await watchMeter(options, bytes, (meter) =>
    options.pool.compress({ recipe: encodeRecipe(recipe), module, path, meter: meter.buffer }),
  );
  const digest = asDigest(result.digest);
  const existed = layers.read(digest) !== undefined;
  const source = await commitBlob(layout, path, hexOf(digest));
  const files = planned.files
    .map((file, index) => ({ file, index }))
    .filter(({ file }) => file.type === 'file' && file.print.size > 0);
  const contents = files.map(({ file }) => pieceOf(file, options));
  if (contents.length) {
    const found = await watchMeter(options, bytes, (meter) =>
      options.pool.probe({ recipe: encodeRecipe(contents), meter: meter.buffer, seed: options.store.seed() }),
    );
    files.forEach(({ index }, i) => {
      hashes[index] = found.slice(i * hashBytes, (i + 1) * hashBytes);
    });
  }
  const record: LayerRecord = {
    digest,
    size: result.size,
    diffId: asDigest(result.diffId),
    sources: [source],
    pieces: [{ source: 0, offset: 0, size: result.size }],
  };
  layers.write(record);
  return { record, hashed: bytes, existed };
};

const changedPaths = (work: Work): readonly string[] => {
  const old = byPath(work.previous);
  return work.planned.files
    .filter((file, i) => {
      if (file.type === 'directory' || file.print.size === 0) return false;
      const [before, hash] = [old.get(file.path), work.hashes[i]];
      return !(before && hash && Buffer.compare(before.hash, hash) === 0);
    })
    .map(({ path }) => textOf(path));
};

/** The record of the last build, if everything that it needs is still there and intact. */
const intactRecord = async (
  previous: LayerSnapshot | undefined,
  options: LayerBuildOptions,
): Promise<LayerRecord | undefined> => {
  const record = previous && options.store.layers.read(previous.digest);
  if (!record) return undefined;
  const state = options.store.layers.stateOfAll(record);
  if (state === 'same') return record;
  const intact = state === 'touched' && (await verifyRecord(record, options.store, options.pool)).intact;
  if (!intact) options.store.layers.discard(record.digest);
  return intact ? record : undefined;
};

/**
 * Builds one layer: nothing is read if nothing changed, touched files are probed, the rest is hashed and stored.
 * Throws `content-changed` if a file changed meanwhile; build again.
 */
export const buildLayer = async (planned: PlannedLayer, options: LayerBuildOptions): Promise<Layer> => {
  const { store, capabilities } = options;
  const { entry, files } = planned;
  const key = snapshotKey(options.context, entry);
  const previous = readSnapshot(store.layout, key);
  const previousRecord = await intactRecord(previous, options);
  const old = byPath(previous);
  const recipe = capabilities.get('layerType', entry.layerType).recipe(planned, options.context);
  const work: Work = {
    planned,
    options,
    recipe,
    previous,
    previousRecord,
    hashes: files.map((file) => knownHash(file, old.get(file.path))),
  };
  const readAt = nowNs();
  const remember = (digest: Digest) =>
    writeSnapshot(
      store.layout,
      key,
      takeSnapshot(digest, files, work.hashes, readAt, timeGrain(textOf(options.context))),
    );
  const allKnown = isUnchanged(work);
  if (!allKnown) await probeTouched(work);
  if (previousRecord && isUnchanged(work)) {
    if (!allKnown) remember(previousRecord.digest);
    return layerOf(work, previousRecord, { reused: true, hashedBytes: 0, existed: true, changed: [], changedCount: 0 });
  }
  const compressor = entry.compression === undefined ? undefined : capabilities.get('compressor', entry.compression);
  const { record, hashed, existed } = compressor
    ? await storeCompressed(work, compressor.module)
    : await storeContents(work);
  const changed = changedPaths(work);
  remember(record.digest);
  return layerOf(work, record, {
    reused: false,
    hashedBytes: hashed,
    existed,
    changed: changed.slice(0, changedShown),
    changedCount: changed.length,
  });
};
