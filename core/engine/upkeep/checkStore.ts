import { rmSync } from 'node:fs';
import { messageOf } from '../errors/errorData.ts';
import { createKitReader } from '../kits/createKitReader.ts';
import type { ReadKit } from '../kits/loadKit.ts';
import { loadIndexAt } from '../kits/modelIndexes.ts';
import type { LayerPool } from '../layers/createPool.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { mediaTypes } from '../oci/mediaTypes.ts';
import { displayRepository } from '../oci/reference.ts';
import { contentOfRecipe } from '../store/contentOf.ts';
import type { LocalStore } from '../store/localStore.ts';
import { readVerified } from '../store/readVerified.ts';
import type { KitName } from '../store/roles.ts';
import { verifyRecord } from '../store/verifyRecord.ts';
import { checkAttached, discardAttached } from './checkAttached.ts';
import { repairIndex } from './repairIndex.ts';

export interface StoreCheck {
  readonly kits: number;
  readonly layers: number;
  readonly findings: readonly Finding[];
  /** Names, and digests of what is attached, that were taken out of the index because they cannot be served. */
  readonly removed: readonly string[];
  /** Kits of an index that was lost, by the names that could be found; unnamed ones by their digest. */
  readonly recovered: readonly string[];
}

/** Something in the store that is not as it should be. */
export interface Finding {
  readonly kit: string;
  readonly digest: string;
  readonly problem: string;
}

/**
 * Reads everything that the names of a store reach and hashes it. With `repair`, damaged files are removed and kits
 * that cannot be served lose their names; packing again then heals them. An index that is lost is made anew. Throws
 * `store-damaged` for one without `repair`.
 */
export async function checkStore(store: LocalStore, pool: LayerPool, repair: boolean): Promise<StoreCheck> {
  const recovered = repair ? await repairIndex(store) : [];
  const findings: Finding[] = [];
  const layers = new Map<string, string | undefined>();
  const problemOf = async (layer: Descriptor): Promise<string | undefined> => {
    if (!layers.has(layer.digest)) layers.set(layer.digest, await checkLayer(layer, store, pool, repair));
    return layers.get(layer.digest);
  };
  const broken = new Set<string>();
  const [names, readKit] = [store.list(), createKitReader()];
  for (const name of names) {
    const found = await layersOf(name, store, readKit);
    const report = (digest: string, problem: string) => {
      findings.push({ kit: nameOf(name), digest, problem });
      broken.add(name.descriptor.digest);
    };
    if (typeof found === 'string') {
      report(name.descriptor.digest, found);
      if (repair) rmSync(store.layout.blob(name.descriptor.digest), { force: true });
      continue;
    }
    for (const layer of found) {
      const problem = await problemOf(layer);
      if (problem) report(layer.digest, problem);
    }
  }
  const attached = await checkAttached(store, problemOf);
  for (const finding of attached) findings.push(finding);
  if (repair) for (const { digest } of attached) await discardAttached(store, digest);
  const lost = names.filter(({ descriptor }) => broken.has(descriptor.digest));
  if (repair && lost.length) {
    await store.update((index) => ({
      ...index,
      names: index.names.filter(({ descriptor }) => !broken.has(descriptor.digest)),
    }));
  }
  return {
    kits: new Set(names.map(({ descriptor }) => descriptor.digest)).size,
    layers: layers.size,
    findings,
    removed: repair ? [...lost.map(nameOf), ...attached.map(({ digest }) => digest)] : [],
    recovered: recovered.map(nameOf),
  };
}

/**
 * What a name stands for: its layers, or what is wrong with it. The kits of an index are there under their own names,
 * or not at all.
 */
async function layersOf(
  { descriptor }: KitName,
  store: LocalStore,
  readKit: ReadKit,
): Promise<readonly Descriptor[] | string> {
  try {
    if (descriptor.mediaType === mediaTypes.index) await loadIndexAt(descriptor, store);
    else return (await readKit(descriptor, store)).manifest.layers;
    return [];
  } catch (error) {
    return messageOf(error);
  }
}

function nameOf({ repository, tag, descriptor }: KitName): string {
  return `${displayRepository(repository)}${tag === undefined ? `@${descriptor.digest}` : `:${tag}`}`;
}

async function checkLayer(
  descriptor: Descriptor,
  store: LocalStore,
  pool: LayerPool,
  repair: boolean,
): Promise<string | undefined> {
  const record = store.layers.read(descriptor.digest);
  if (!record) {
    const recipe = store.locate(descriptor);
    if (!recipe) return 'the layer is missing';
    const checked = readVerified(descriptor, contentOfRecipe(recipe), store.name, () => undefined);
    return checked.then(() => undefined, messageOf);
  }
  const { intact, damaged } = await verifyRecord(record, store, pool);
  if (intact) return undefined;
  if (repair) store.layers.discard(record.digest, damaged);
  const names = damaged.map((source) => (source.kind === 'reference' ? source.path : `${source.kind} ${source.name}`));
  return `contents are damaged or missing: ${names.join(', ') || 'the record of the layer'}`;
}
