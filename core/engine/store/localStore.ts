import { existsSync, readFileSync, statSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { systemError } from '../errors/systemError.ts';
import { atomicWrite } from '../files/atomicWrite.ts';
import type { Seed } from '../layers/jobs.ts';
import type { Recipe } from '../layers/recipe.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import { addName, type KitIndex, readIndex, writeIndex } from './kitIndex.ts';
import { createLayerStore, type LayerStore } from './layerStore.ts';
import { locateFile } from './locateFile.ts';
import { layoutMarker } from './ociIndex.ts';
import { openSession } from './openSession.ts';
import { readSeed } from './readSeed.ts';
import type {
  Borrowable,
  ByteRange,
  ByteStream,
  Content,
  KitName,
  Lister,
  Locator,
  ReadTarget,
  Target,
} from './roles.ts';
import { storeBlob } from './storeBlob.ts';
import { makeStore, type StoreLayout, storeLayout } from './storeLayout.ts';
import { streamFile } from './streamFile.ts';
import { borrowRecipe, streamRecipe } from './streamRecipe.ts';
import { isWhole } from './unsynced.ts';
import { withLock } from './withLock.ts';

/** Our store: a target, with layers kept as recipes. */
export interface LocalStore extends Target, Lister, Locator, Borrowable {
  readonly layout: StoreLayout;
  readonly layers: LayerStore;
  /** Stores which only lend their blobs: layers of kits that `kit` made need not be copied. */
  readonly lenders: readonly ReadTarget[];
  /** The seed of content hashes; made when it is first needed. */
  readonly seed: () => Seed;
  /** Prepares the folders and announces a writer. */
  readonly session: () => Disposable;
  /** Stores a small blob; false if it was there already. */
  readonly putBytes: (descriptor: Descriptor, bytes: Uint8Array) => boolean;
  /** Changes the index under the lock. */
  readonly update: (change: (index: KitIndex) => KitIndex | Promise<KitIndex>) => Promise<void>;
}

export interface LocalStoreOptions {
  readonly lenders?: readonly (ReadTarget & Locator)[];
}

/** Opens the store in `root`. Nothing is written before something is stored. */
export function createLocalStore(root: string, { lenders = [] }: LocalStoreOptions = {}): LocalStore {
  const layout = storeLayout(root);
  const layers = createLayerStore(layout);
  const ready = () => {
    makeStore(layout);
    if (!existsSync(layout.ociLayout)) atomicWrite(layout.ociLayout, layoutMarker, layout.tmp);
  };
  const locate = (descriptor: Descriptor): Recipe | undefined => {
    const record = layers.read(descriptor.digest);
    if (record && layers.stateOfAll(record) !== 'missing') return layers.recipeOf(record);
    const own = locateFile(layout.blob(descriptor.digest), descriptor.size);
    return own ?? lenders.map((lender) => lender.locate(descriptor)).find((recipe) => recipe !== undefined);
  };
  const fetch = (descriptor: Descriptor, range?: ByteRange): ByteStream => {
    const blob = layout.blob(descriptor.digest);
    if (existsSync(blob)) return streamFile(blob, range);
    const recipe = locate(descriptor);
    if (!recipe) throw notFound(descriptor, root);
    return streamRecipe(recipe, range);
  };
  const borrow = (descriptor: Descriptor, range: ByteRange): ByteStream => {
    const recipe = locate(descriptor);
    if (!recipe) throw notFound(descriptor, root);
    return borrowRecipe(recipe, range);
  };
  const push = async (descriptor: Descriptor, content: Content): Promise<void> => {
    ready();
    await storeBlob(descriptor, content, layout.blob(descriptor.digest), layout.tmp);
  };
  const putBytes = (descriptor: Descriptor, bytes: Uint8Array): boolean => {
    const path = layout.blob(descriptor.digest);
    ready();
    if (isIntact(path, descriptor)) return false;
    try {
      atomicWrite(path, bytes, layout.tmp);
    } catch (error) {
      throw systemError(error, 'store-failed', 'write', path);
    }
    return true;
  };
  const update: LocalStore['update'] = async (change) => {
    ready();
    await withLock(layout.lock, layout.tmp, async () => {
      const before = readIndex(layout);
      const after = await change(before);
      if (after === before) return;
      try {
        writeIndex(layout, after);
      } catch (error) {
        throw systemError(error, 'store-failed', 'write', layout.index);
      }
    });
  };
  const list = (): readonly KitName[] => readIndex(layout).names;
  return {
    name: root,
    complete: false,
    layout,
    layers,
    lenders,
    seed: () => {
      ready();
      return readSeed(layout);
    },
    session: () => {
      ready();
      return openSession(layout);
    },
    locate,
    fetch,
    borrow,
    push,
    putBytes,
    update,
    list,
    exists: async (descriptor) => (await isWhole(descriptor, layout)) || locate(descriptor) !== undefined,
    resolve: async (repository, reference) => {
      const names = list().filter((name) => name.repository === repository);
      const match =
        names.find(({ tag }) => tag === reference) ?? names.find(({ descriptor }) => descriptor.digest === reference);
      return match?.descriptor;
    },
    tag: (descriptor, repository, tag) =>
      update((index) => ({ ...index, names: addName(index.names, { repository, tag, descriptor }) })),
  };
}

function notFound(descriptor: Descriptor, root: string): KitwrightError {
  return new KitwrightError('kit-not-found', `${descriptor.digest} is not in the store ${root}.`, {
    data: { digest: descriptor.digest },
  });
}

function isIntact(path: string, descriptor: Descriptor): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.size === descriptor.size && digestOf(readFileSync(path)) === descriptor.digest;
}
