import { passingBytes } from '../../files/passingBytes.ts';
import { helpersFor } from '../../layers/helpersFor.ts';
import { digestBytes } from '../../layers/jobs.ts';
import { createManyControl } from '../../layers/manyControl.ts';
import { chunkBytes, type ManyJob, type Resume, type TarLayout } from '../../layers/manyFiles.ts';
import { chunkSums } from './chunkSums.ts';
import { withProgress } from './layerWork.ts';
import { firstChanged, type ManyWork } from './ManyWork.ts';
import { takeDigests } from './rowDigests.ts';
import type { StoredRows } from './storedUnits.ts';
import { snapshotKey } from './takeSnapshot.ts';

/** What the threads that hash a layer of many files give: content hashes are in `ManyWork.contents`. */
export interface HashedRows {
  /** Undefined if contents of the store are damaged. */
  readonly digest: string | undefined;
  readonly hashed: number;
  /** SHA-256 of each row, 32 bytes, if they are wanted; zero of those without content. */
  readonly digests: Uint8Array | undefined;
  /** See `SnapshotColumns`. */
  readonly sums: Uint8Array;
}

/** Hashes a layer of many files, and stores what `pack` asks for. `stored` is what the store has already. */
export async function hashRows(
  work: ManyWork,
  layout: TarLayout,
  { stored, pack }: { readonly stored: StoredRows | undefined; readonly pack: ManyJob['pack'] },
): Promise<HashedRows> {
  const { table, pathBytes, contents, options } = work;
  const digests = options.fileDigests ? passingBytes(table.count * digestBytes) : undefined;
  const slots = helpersFor({ count: table.count, bytes: layout.bytes }) > 0 ? sharedSlots : 1;
  const sums = chunkSums(work, layout, stored);
  const job: Omit<ManyJob, 'meter'> = {
    ...layout,
    count: table.count,
    numbers: table.numbers,
    sizes: table.sizes,
    modes: table.modes,
    directory: options.directory,
    pathBytes,
    seed: options.store.seed(),
    stored,
    pack,
    resume: resumeOf(work, { stored, pack, digests }),
    contents,
    sums,
    digests,
    ring: new SharedArrayBuffer(slots * chunkBytes),
    control: createManyControl(layout.chunks.length - 1, slots),
  };
  const { digest, hashed } = await withProgress(options, layout.bytes, (meter) =>
    options.pool.hashMany({ ...job, meter: meter.buffer }),
  );
  return { digest, hashed, digests, sums };
}

/** How many chunks threads fill ahead of the one that hashes them; a thread alone has each in its core's cache. */
const sharedSlots = 8;

/** What a state skips is not read, so it must be in the store already, or need not be. */
function resumeOf(
  work: ManyWork,
  { stored, pack, digests }: Pick<ManyJob, 'stored' | 'pack' | 'digests'>,
): Resume | undefined {
  const { options, planned, previous } = work;
  if (!options.midstates) return undefined;
  const layer = snapshotKey(options.directory, planned.entry);
  const isThere = (row: number) => !pack || (stored?.sources[row] ?? -1) >= 0 || pack.kept[row] === 1;
  let row = firstChanged(work);
  for (let i = 0; i < row; i++) if (!isThere(i)) row = i;
  if (digests && !takeDigests(work, row, digests)) row = 0;
  return { layer, digest: previous?.columns.digest, row };
}
