import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { systemError } from '../../errors/systemError.ts';
import { temporaryName } from '../../files/atomicWrite.ts';
import { passingBytes } from '../../files/passingBytes.ts';
import { digestBytes, objectPath, packLimit } from '../../layers/jobs.ts';
import { createManyControl, ringSlots } from '../../layers/manyControl.ts';
import {
  chunkBytes,
  contentSize,
  layOutTar,
  type ManyJob,
  packedSize,
  packOffsets,
  type TarLayout,
} from '../../layers/manyFiles.ts';
import { paddingOf, tarEnd } from '../../layers/tarHeader.ts';
import type { Digest } from '../../oci/digest.ts';
import type { LayerRecord, StoredPiece, StoredSource } from '../../store/LayerRecord.ts';
import { hashBytes } from '../../store/LayerSnapshot.ts';
import { type CapturedFile, cannotReflink, cloneFile, commitObject, commitPack } from './capture.ts';
import { createSources } from './createSources.ts';
import { asDigest, type StoredLayer, withProgress } from './layerWork.ts';
import { type ManyWork, pieceOfRow } from './ManyWork.ts';
import { type StoredRows, storedRows } from './storedUnits.ts';
import { usableRecord } from './usableRecord.ts';

/** Also SHA-256 of each row, 32 bytes, if they are wanted; zero of those without content. */
export interface StoredMany extends StoredLayer {
  readonly digests: Uint8Array | undefined;
}

/**
 * Hashes a layer of many files and stores what is new of it: headers and small files in one pack file, as they lie in the
 * layer, so its record has one piece for each run. `previous` is the layer of the last build, if it is intact.
 */
export async function storeMany(work: ManyWork, previous: Digest | undefined): Promise<StoredMany> {
  const { layers } = work.options.store;
  const layout = layOutTar(work.table);
  const rows = storedRows(work, previous && layers.read(previous), layers);
  const stored = await storeRows(work, layout, rows);
  if (stored) return stored;
  // What the store had is not what it was: the files themselves are read.
  if (previous) layers.discard(previous);
  return (await storeRows(work, layout, undefined)) ?? giveUp();
}

function giveUp(): never {
  throw new KitwrightError('internal-error', 'A layer of which nothing was stored before has damaged contents.');
}

/** What a build writes under temporary names. */
interface Draft {
  readonly layout: TarLayout;
  /** What the store has already. */
  readonly rows: StoredRows | undefined;
  readonly pack: string;
  /** Large files, by row: those that the file system cloned, and those that a thread writes. */
  readonly clones: ReadonlyMap<number, CapturedFile>;
  readonly written: readonly number[];
  readonly digests: Uint8Array | undefined;
}

function digestsOf({ table, options }: ManyWork): Uint8Array | undefined {
  return options.fileDigests ? passingBytes(table.count * digestBytes) : undefined;
}

/** Undefined if contents of the store are damaged. */
async function storeRows(
  work: ManyWork,
  layout: TarLayout,
  rows: StoredRows | undefined,
): Promise<StoredMany | undefined> {
  const pack = join(work.options.store.layout.tmp, temporaryName('pack'));
  const clones = await cloneLarge(work, rows);
  const written = largeRows(work).filter((row) => !clones.has(row) && !rows?.objects.has(row));
  const draft: Draft = { layout, rows, pack, clones, written, digests: digestsOf(work) };
  let stored: StoredMany | undefined;
  try {
    stored = await storeDraft(work, draft);
  } finally {
    // What has its final name is not there any more.
    for (const path of temporaries(draft)) rmSync(path, { force: true });
  }
  return stored;
}

function temporaries({ pack, clones, written }: Draft): readonly string[] {
  return [pack, ...written.map((row) => objectPath(pack, row)), ...clones.values().map(({ temporary }) => temporary)];
}

async function storeDraft(work: ManyWork, draft: Draft): Promise<StoredMany | undefined> {
  const { layout, rows } = draft;
  const { layers } = work.options.store;
  const packAt = packOffsets(layout, work.table, rows);
  const found = await hashDraft(work, draft, packAt);
  if (found === undefined) return undefined;
  const digest = asDigest(found);
  const [hashed, digests] = [layout.bytes, draft.digests];
  const existing = usableRecord(work.options, digest);
  if (existing) return { record: existing, hashed, existed: true, digests };
  const existed = layers.readHead(digest) !== undefined;
  const objects = await commitObjects(work, draft);
  const packed = packAt.at(-1) ? commitPack(work.options.store.layout, draft.pack) : undefined;
  const record: LayerRecord = {
    digest,
    size: layout.bytes,
    diffId: digest,
    ...piecesOf(work, draft, { objects, packed }),
  };
  layers.write(record);
  return { record, hashed, existed, digests };
}

async function hashDraft(
  { table, pathBytes, contents, options }: ManyWork,
  { layout, rows, pack, written, digests }: Draft,
  packAt: Float64Array,
): Promise<string | undefined> {
  const kept = new Uint8Array(table.count).fill(1);
  for (const row of written) kept[row] = 0;
  createEmpty(pack);
  const job: Omit<ManyJob, 'meter'> = {
    ...layout,
    count: table.count,
    numbers: table.numbers,
    sizes: table.sizes,
    modes: table.modes,
    directory: options.directory,
    pathBytes,
    seed: options.store.seed(),
    stored: rows && { paths: rows.paths, sources: rows.sources, offsets: rows.offsets },
    packAt,
    kept,
    contents,
    pack,
    digests,
    ring: new SharedArrayBuffer(ringSlots * chunkBytes),
    control: createManyControl(layout.chunks.length - 1),
  };
  const { digest } = await withProgress(options, layout.bytes, (meter) =>
    options.pool.hashMany({ ...job, meter: meter.buffer }),
  );
  return digest;
}

function createEmpty(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    throw systemError(error, 'store-failed', 'write', path);
  }
}

function largeRows({ table }: ManyWork): readonly number[] {
  const rows: number[] = [];
  for (let row = 0; row < table.count; row++) if (contentSize(table, row) > packLimit) rows.push(row);
  return rows;
}

/** Clones the large files, if the file system can and the capture mode allows it. */
async function cloneLarge(work: ManyWork, rows: StoredRows | undefined): Promise<ReadonlyMap<number, CapturedFile>> {
  const { capture, store } = work.options;
  const clones = new Map<number, CapturedFile>();
  if (capture === 'copy') return clones;
  try {
    for (const row of largeRows(work)) {
      if (rows?.objects.has(row)) continue;
      const clone = await cloneFile(store.layout, pieceOfRow(work, row));
      if (clone) clones.set(row, clone);
      else if (capture === 'auto') break;
      else throw cannotReflink();
    }
  } catch (error) {
    for (const { temporary } of clones.values()) rmSync(temporary, { force: true });
    throw error;
  }
  return clones;
}

async function commitObjects(
  work: ManyWork,
  { pack, rows, clones, written }: Draft,
): Promise<ReadonlyMap<number, StoredSource>> {
  const objects = new Map(rows?.objects);
  const own = written.map((row) => [row, { piece: pieceOfRow(work, row), temporary: objectPath(pack, row) }] as const);
  for (const [row, file] of [...clones, ...own]) {
    const name = Buffer.from(work.contents.subarray(row * hashBytes, (row + 1) * hashBytes)).toString('hex');
    objects.set(row, await commitObject(work.options.store.layout, file, name));
  }
  return objects;
}

interface Committed {
  readonly objects: ReadonlyMap<number, StoredSource>;
  readonly packed: StoredSource | undefined;
}

/** The pieces of the layer: what lies one behind the other in a source is one piece. */
function piecesOf(
  { table }: ManyWork,
  { layout, rows }: Draft,
  { objects, packed }: Committed,
): Pick<LayerRecord, 'sources' | 'pieces'> {
  const { sources, indexOf } = createSources();
  const pack = packed ? indexOf(packed) : -1;
  const stored = rows?.files.map((file) => (file.kind === 'pack' ? indexOf(file) : -1)) ?? [];
  const runs = createRuns();
  let packAt = 0;
  for (let row = 0; row < table.count; row++) {
    const source = rows?.sources[row] ?? -1;
    const bytes = packedSize(layout, table, row);
    const object = objects.get(row);
    if (source >= 0) runs.add(stored[source] ?? -1, rows?.offsets[row] ?? 0, bytes);
    else if (object) {
      const [size, header] = [contentSize(table, row), layout.headers[row] ?? 0];
      runs.add(pack, packAt, header);
      runs.add(indexOf(object), 0, size);
      runs.add(pack, packAt + header, paddingOf(size));
      packAt += bytes;
    } else {
      runs.add(pack, packAt, bytes);
      packAt += bytes;
    }
  }
  return { sources, pieces: [...runs.pieces, { inline: tarEnd() }] };
}

function createRuns() {
  const pieces: { readonly source: number; readonly offset: number; size: number }[] = [];
  return {
    pieces: pieces as readonly StoredPiece[],
    add: (source: number, offset: number, size: number) => {
      if (size === 0) return;
      const last = pieces.at(-1);
      if (last?.source === source && last.offset + last.size === offset) last.size += size;
      else pieces.push({ source, offset, size });
    },
  };
}
