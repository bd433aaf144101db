import { textOf } from '../../files/bytePath.ts';
import { timeGrain } from '../../files/fileSystem.ts';
import { nowNs } from '../../files/fingerprint.ts';
import type { Layer, PlannedLayer } from '../../host/nouns.ts';
import type { Recipe } from '../../layers/recipe.ts';
import type { Digest } from '../../oci/digest.ts';
import type { LayerRecord, RecordHead } from '../../store/LayerRecord.ts';
import { buildMany, manyFiles } from './buildMany.ts';
import { changedPaths, isUnchanged, knownHashes, probeTouched } from './changes.ts';
import { digestsOfUnchanged, storeWithDigests } from './fileDigests.ts';
import { intactHead } from './intactHead.ts';
import { layerOf, reusedCost } from './layerOf.ts';
import { type LayerBuildOptions, type LayerWork, recipeOf, type StoredLayer } from './layerWork.ts';
import { storeCompressed } from './storeCompressed.ts';
import { storeContents } from './storeContents.ts';
import { snapshotKey, takeSnapshot } from './takeSnapshot.ts';

/** How many changed paths a layer's cost lists. */
const changedShown = 5;

/**
 * Builds one layer: nothing is read if nothing changed, touched files are probed, the rest is hashed and stored.
 * Throws `content-changed` if a file changed meanwhile; build again.
 */
export async function buildLayer(planned: PlannedLayer, options: LayerBuildOptions): Promise<Layer> {
  const many = manyFiles(planned, options);
  if (many) return buildMany(planned, many, options);
  const { layers, snapshots } = options.store;
  const key = snapshotKey(options.directory, planned.entry);
  const readAt = nowNs();
  const previous = options.distrust ? undefined : snapshots.read(key);
  const head = await intactHead(previous?.digest, options);
  const work: LayerWork = { planned, options, previous, hashes: knownHashes(planned.files, previous) };
  const remember = (digest: Digest) => {
    const grain = timeGrain(textOf(options.directory));
    snapshots.write(key, takeSnapshot(digest, planned.files, work.hashes, readAt, grain));
  };
  if (head && isUnchanged(work)) return unchanged(work, head);
  await probeTouched(work);
  if (head && isUnchanged(work)) {
    remember(head.digest);
    return unchanged(work, head);
  }
  options.missed?.();
  const storing = (wanted: LayerWork) => store(wanted, head && layers.read(head.digest));
  const stored = options.fileDigests ? await storeWithDigests(work, storing) : await storing(work);
  const { record, hashed, existed } = stored;
  const changed = changedPaths(work);
  remember(record.digest);
  const cost = {
    reused: false,
    hashedBytes: hashed,
    existed,
    changed: changed.slice(0, changedShown),
    changedCount: changed.length,
  };
  return layerOf(planned, record, cost, stored.fileDigests);
}

async function unchanged(work: LayerWork, head: RecordHead): Promise<Layer> {
  const fileDigests = work.options.fileDigests ? await digestsOfUnchanged(work, head.digest) : undefined;
  return layerOf(work.planned, head, reusedCost, fileDigests);
}

function store(work: LayerWork, previousRecord: LayerRecord | undefined): Promise<StoredLayer> {
  const { entry } = work.planned;
  const recipe = recipeOf(work);
  if (entry.compression === undefined) return storeAndSend(work, recipe, previousRecord);
  return storeCompressed(work, recipe, entry.compression);
}

/** Stores a layer, and reports the result to its early upload. */
async function storeAndSend(work: LayerWork, recipe: Recipe, previousRecord: LayerRecord | undefined) {
  const early = work.options.sendEarly?.(recipe);
  try {
    const stored = await storeContents(work, recipe, previousRecord);
    const { digest, size } = stored.record;
    early?.known({ mediaType: work.planned.entry.mediaType, digest, size });
    return stored;
  } catch (error) {
    early?.known(undefined);
    throw error;
  }
}
