import type { BytePath } from '../../files/bytePath.ts';
import { isDirectoryMode } from '../../files/fileTable.ts';
import { fingerprintColumns } from '../../files/fingerprintColumns.ts';
import { packLimit } from '../../layers/jobs.ts';
import { contentSize, layOutTar, type StoredUnits, unitSize } from '../../layers/manyFiles.ts';
import type { LayerRecord, StoredSource } from '../../store/LayerRecord.ts';
import type { LayerStore } from '../../store/layerStore.ts';
import { createFinder } from './createFinder.ts';
import { type ManyWork, type Previous, sameContent, sameHeader } from './ManyWork.ts';

/** What of a layer the store has already. */
export interface StoredRows extends StoredUnits {
  /** Of the units. */
  readonly files: readonly StoredSource[];
  /** Of each large file whose content is stored as a file of its own. */
  readonly objects: ReadonlyMap<number, StoredSource>;
  /** The chunks of the last build, by its rows: see `TarLayout`. */
  readonly chunks: Uint32Array;
}

/**
 * Where the last build stored the units that are the same now. Undefined if its record is of another kind: then all are
 * stored again.
 */
export function storedRows(
  work: ManyWork,
  record: LayerRecord | undefined,
  layers: LayerStore,
): StoredRows | undefined {
  const { previous, table } = work;
  const before = previous && record && placesBefore(previous, record);
  if (!previous || !record || !before) return undefined;
  const sources = new Int32Array(table.count).fill(-1);
  const offsets = new Float64Array(table.count);
  const bare = new Uint8Array(table.count);
  const objects = new Map<number, StoredSource>();
  for (let row = 0; row < table.count; row++) {
    const old = previous.rows[row] ?? -1;
    const source = old < 0 ? -1 : (before.sources[old] ?? -1);
    if (source < 0 || !sameHeader(work, row)) continue;
    const size = contentSize(table, row);
    if (!sameContent(work, row)) continue;
    if (size > packLimit) objects.set(row, record.sources[source] as StoredSource);
    else {
      sources[row] = source;
      offsets[row] = before.offsets[old] ?? 0;
      bare[row] = before.bare[old] ?? 0;
    }
  }
  const paths = record.sources.map(layers.pathOf);
  return { files: record.sources, paths, sources, offsets, bare, objects, chunks: before.chunks };
}

interface Places {
  /** Index of the source that has the unit as a whole, or the whole content; -1 = none. */
  readonly sources: Int32Array;
  readonly offsets: Float64Array;
  /** 1 where it has only the content. */
  readonly bare: Uint8Array;
  readonly chunks: Uint32Array;
}

/** Finds the units of the last build in its record. */
function placesBefore({ columns, paths }: Previous, record: LayerRecord): Places | undefined {
  const table = columnsOf(columns.numbers, columns.count, paths);
  const layout = layOutTar(table, columns.paths);
  if (layout.bytes !== record.size) return undefined;
  const [sources, offsets] = [new Int32Array(table.count).fill(-1), new Float64Array(table.count)];
  const bare = new Uint8Array(table.count);
  const find = createFinder(record);
  let at = 0;
  for (let row = 0; row < table.count; row++) {
    const [size, unit] = [contentSize(table, row), unitSize(layout, table, row)];
    const isLarge = size > packLimit;
    const whole = isLarge ? undefined : find(at, unit);
    const found = whole ?? (size > 0 ? find(at + (layout.headers[row] ?? 0), size) : undefined);
    const kind = found && record.sources[found.source]?.kind;
    if (found && (isLarge ? kind === 'object' && found.offset === 0 : kind === 'pack')) {
      sources[row] = found.source;
      offsets[row] = found.offset;
      bare[row] = whole ? 0 : 1;
    }
    at += unit;
  }
  return { sources, offsets, bare, chunks: layout.chunks };
}

function columnsOf(numbers: BigInt64Array, count: number, paths: readonly BytePath[]) {
  const [sizes, modes] = [new Float64Array(count), new Uint32Array(count)];
  for (let row = 0; row < count; row++) {
    modes[row] = Number(numbers[row * fingerprintColumns + 5]);
    sizes[row] = isDirectoryMode(modes[row] ?? 0) ? 0 : Number(numbers[row * fingerprintColumns]);
  }
  return { count, paths, sizes, modes };
}
