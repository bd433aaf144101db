import { closeSync, ftruncateSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { systemError } from '../../errors/systemError.ts';
import { temporaryName } from '../../files/atomicWrite.ts';
import { helpersFor } from '../../layers/helpersFor.ts';
import { objectPath, packLimit } from '../../layers/jobs.ts';
import { contentSize, layOutTar, packedSize, packOffsets, type TarLayout } from '../../layers/manyFiles.ts';
import { paddingOf, tarEnd } from '../../layers/tarHeader.ts';
import type { Digest } from '../../oci/digest.ts';
import type { LayerHead, LayerRecord, StoredSource } from '../../store/LayerRecord.ts';
import { hashBytes } from '../../store/LayerSnapshot.ts';
import { type CapturedFile, cannotReflink, cloneFile, commitObject, commitPack } from './capture.ts';
import { createPieces } from './createPieces.ts';
import { createSources } from './createSources.ts';
import { findRecord } from './findRecord.ts';
import { type HashedRows, hashRows } from './hashRows.ts';
import { asDigest, type StoredLayer } from './layerWork.ts';
import { type ManyWork, pieceOfRow } from './ManyWork.ts';
import { type StoredRows, storedRows } from './storedUnits.ts';

export type StoredMany = Omit<StoredLayer, 'record'> &
  Pick<HashedRows, 'digests' | 'sums'> & { readonly record: LayerHead };

/**
 * Hashes a layer of many files and stores what is new of it: headers and small files in one pack file, as they lie in the
 * layer, so its record has one piece for each run. `previous` is the layer of the last build, if it is intact.
 */
export async function storeMany(work: ManyWork, previous: Digest | undefined): Promise<StoredMany> {
  const { layers } = work.options.store;
  const { pool, midstates } = work.options;
  const layout = layOutTar(work.table, work.pathBytes);
  // They need as long to be up as it takes to find what is stored. In a watch one of them knows the layer, and must be idle.
  if (!midstates) pool.startMany(helpersFor({ count: work.table.count, bytes: layout.bytes }), false);
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
  const draft: Draft = { layout, rows, pack, clones, written };
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
  const starts = packOffsets(layout, work.table, rows);
  createEmpty(draft.pack, starts.at(-1) ?? 0);
  const pack = { path: draft.pack, starts, kept: keptRows(work, draft) };
  const found = await hashRows(work, layout, { stored: rows, pack });
  if (found.digest === undefined) return undefined;
  const digest = asDigest(found.digest);
  const { hashed, digests, sums } = found;
  const { existed, usable } = findRecord(work.options, digest);
  if (usable) return { record: usable, hashed, existed, digests, sums };
  const objects = await commitObjects(work, draft);
  const packed = starts.at(-1) ? commitPack(work.options.store.layout, draft.pack) : undefined;
  const record: LayerRecord = {
    digest,
    size: layout.bytes,
    diffId: digest,
    ...piecesOf(work, draft, { objects, packed }),
  };
  layers.write(record);
  return { record, hashed, existed, digests, sums };
}

/** Large files that the store has, or that the file system cloned. */
function keptRows(work: ManyWork, { rows, clones }: Draft): Uint8Array {
  const kept = new Uint8Array(work.table.count);
  for (const row of [...clones.keys(), ...(rows?.objects.keys() ?? [])]) kept[row] = 1;
  return kept;
}

/** Its size first: zeros at its end are not written. */
function createEmpty(path: string, size: number): void {
  try {
    const fd = openSync(path, 'wx', 0o600);
    try {
      ftruncateSync(fd, size);
    } finally {
      closeSync(fd);
    }
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
  const { pieces, addZeros, addHeader, addRange } = createPieces();
  let packAt = 0;
  for (let row = 0; row < table.count; row++) {
    const [source, offset] = [rows?.sources[row] ?? -1, rows?.offsets[row] ?? 0];
    const [size, header] = [contentSize(table, row), layout.headers[row] ?? 0];
    const bytes = packedSize(layout, table, row);
    const object = objects.get(row);
    if (source >= 0 && rows?.bare[row]) {
      addHeader(table, row, header);
      addRange(stored[source] ?? -1, offset, size);
      addZeros(paddingOf(size));
    } else if (source >= 0) addRange(stored[source] ?? -1, offset, bytes);
    else if (object) {
      addRange(pack, packAt, header);
      addRange(indexOf(object), 0, size);
      addRange(pack, packAt + header, paddingOf(size));
      packAt += bytes;
    } else {
      addRange(pack, packAt, bytes);
      packAt += bytes;
    }
  }
  addZeros(tarEnd().byteLength);
  return { sources, pieces: pieces() };
}
