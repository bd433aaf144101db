import { textOf } from '../../files/bytePath.ts';
import { timeGrain } from '../../files/fileSystem.ts';
import { encodePaths, type FileTable } from '../../files/fileTable.ts';
import { nowNs } from '../../files/fingerprint.ts';
import { passingBytes } from '../../files/passingBytes.ts';
import type { Layer, PlannedLayer } from '../../host/nouns.ts';
import { tableOf } from '../../host/plannedTable.ts';
import { encodeRecipe, packLimit } from '../../layers/jobs.ts';
import { contentSize } from '../../layers/manyFiles.ts';
import { type FilePiece, recipeSize } from '../../layers/recipe.ts';
import type { Digest } from '../../oci/digest.ts';
import type { RecordHead } from '../../store/LayerRecord.ts';
import { hashBytes } from '../../store/LayerSnapshot.ts';
import { intactHead } from './intactHead.ts';
import { layerOf, reusedCost } from './layerOf.ts';
import { type LayerBuildOptions, withProgress } from './layerWork.ts';
import {
  flagsOf,
  isSame,
  isSizeKept,
  type ManyWork,
  pieceOfRow,
  previousOf,
  probed,
  sameContent,
  takeKnown,
} from './ManyWork.ts';
import { referMany } from './referMany.ts';
import { digestsOfRows, keepRows } from './rowDigests.ts';
import { storeMany } from './storeMany.ts';
import { snapshotKey } from './takeSnapshot.ts';

/** Layers with fewer entries are built from objects. */
const fewest = 256;

/**
 * The table of a layer that is stored in the plain form, without anything that asks for its files one by one; undefined
 * for other layers.
 */
export function manyFiles(planned: PlannedLayer, options: LayerBuildOptions): FileTable | undefined {
  const table = tableOf(planned);
  const isPlain = planned.entry.compression === undefined && !options.sendEarly;
  if (!table || table.count < fewest || !isPlain) return undefined;
  // Large files are hashed for themselves by another thread (`fileDigests.ts`).
  return options.fileDigests && table.sizes.some((size) => size > packLimit) ? undefined : table;
}

/** As `buildLayer`, in columns. */
export async function buildMany(planned: PlannedLayer, table: FileTable, options: LayerBuildOptions): Promise<Layer> {
  const { snapshots } = options.store;
  const key = snapshotKey(options.directory, planned.entry);
  const readAt = nowNs();
  const columns = options.distrust ? undefined : snapshots.readColumns(key);
  const head = await intactHead(columns?.digest, options);
  const work = beginWork(planned, table, options, columns);
  const remember = (digest: Digest, sums = columns?.sums) => {
    const { count, numbers } = table;
    const flags = flagsOf(work, readAt - timeGrain(textOf(options.directory)));
    snapshots.writeColumns(key, { digest, count, paths: work.pathBytes, numbers, hashes: work.contents, flags, sums });
  };
  if (head && isSame(work)) return unchanged(work, head);
  await probeTouched(work);
  if (head && isSame(work)) {
    remember(head.digest);
    return unchanged(work, head);
  }
  options.missed?.();
  const stored = options.capture === 'reference' ? referMany(work) : storeMany(work, head?.digest);
  const { record, hashed, existed, digests, sums } = await stored;
  remember(record.digest, sums);
  const fileDigests = digests && keepRows(work, record.digest, digests);
  return layerOf(planned, record, { reused: false, hashedBytes: hashed, existed, ...changesOf(work) }, fileDigests);
}

async function unchanged(work: ManyWork, head: RecordHead): Promise<Layer> {
  const fileDigests = work.options.fileDigests ? await digestsOfRows(work, head.digest) : undefined;
  return layerOf(work.planned, head, reusedCost, fileDigests);
}

function beginWork(
  planned: PlannedLayer,
  table: FileTable,
  options: LayerBuildOptions,
  columns: ReturnType<LayerBuildOptions['store']['snapshots']['readColumns']>,
): ManyWork {
  const pathBytes = encodePaths(table.paths);
  const work: ManyWork = {
    planned,
    table,
    pathBytes,
    options,
    previous: columns && previousOf(columns, table, pathBytes),
    contents: passingBytes(table.count * hashBytes),
    known: new Uint8Array(table.count),
  };
  takeKnown(work);
  return work;
}

/** As `probeTouched` for objects: files that were touched but kept their size. */
async function probeTouched(work: ManyWork): Promise<void> {
  const { previous, table, known, options, contents } = work;
  if (!previous) return;
  const rows: number[] = [];
  for (let row = 0; row < table.count; row++)
    if (!known[row] && contentSize(table, row) > 0 && isSizeKept(work, row)) rows.push(row);
  if (!rows.length) return;
  const recipe = rows.map((row): FilePiece => pieceOfRow(work, row));
  const found = await withProgress(options, recipeSize(recipe), (meter) =>
    options.pool.probe({ recipe: encodeRecipe(recipe), meter: meter.buffer, seed: options.store.seed() }),
  );
  rows.forEach((row, i) => {
    contents.set(found.subarray(i * hashBytes, (i + 1) * hashBytes), row * hashBytes);
    known[row] = probed;
  });
}

/** How many changed paths a layer's cost lists. */
const changedShown = 5;

function changesOf(work: ManyWork) {
  const { table } = work;
  const changed: string[] = [];
  let changedCount = 0;
  for (let row = 0; row < table.count; row++) {
    if (sameContent(work, row)) continue;
    if (changedCount++ < changedShown) changed.push(textOf(table.paths[row] ?? ''));
  }
  return { changed, changedCount };
}
