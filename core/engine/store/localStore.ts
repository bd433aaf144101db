import { existsSync, readFileSync, statSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { isDiskFull, systemError } from '../errors/systemError.ts';
import { atomicWrite } from '../files/atomicWrite.ts';
import type { Seed } from '../layers/jobs.ts';
import type { Recipe } from '../layers/recipe.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import { createSeed } from './createSeed.ts';
import { fileReader } from './fileReader.ts';
import { indexLookup } from './indexLookup.ts';
import { addAttached, addNames, createIndex, type KitIndex, readIndex, writeIndex } from './kitIndex.ts';
import { createLayerStore, type LayerStore } from './layerStore.ts';
import { locateFile, recipeOfFile } from './locateFile.ts';
import { layoutMarker } from './ociIndex.ts';
import { openSession } from './openSession.ts';
import {
  attachedBySubject,
  attachedByTag,
  type StoredReferrers,
  storedReferrers,
} from './referrers/storedReferrers.ts';
import type { Lister, Locator, Reader, ReadTarget, Target } from './roles.ts';
import { createSnapshotStore, type SnapshotStore } from './snapshotStore.ts';
import { storeBlob } from './storeBlob.ts';
import { makeStore, type StoreLayout, storeLayout } from './storeLayout.ts';
import { type SweptStore, sweepCaches, sweepStore } from './sweepStore.ts';
import { isWhole } from './unsynced.ts';
import { withLock } from './withLock.ts';

/** Our store: a target, with layers kept as recipes. */
export interface LocalStore extends Target, Lister, Locator, Reader, StoredReferrers {
  readonly layout: StoreLayout;
  /** The root of the data in which it lies, with credentials beside it. */
  readonly home: string | undefined;
  readonly layers: LayerStore;
  readonly snapshots: SnapshotStore;
  /** Stores which only lend their blobs: layers of kits that `kit` made need not be copied. */
  readonly lenders: readonly ReadTarget[];
  /** The seed of content hashes; made when it is first needed. */
  readonly seed: () => Seed;
  /** Prepares the folders and announces a writer. */
  readonly session: () => Disposable;
  /**
   * Stores content as `push` does, but attaches it to nothing: a kit that is pulled may name any other as its subject.
   */
  readonly pushAlone: Target['push'];
  /** What is pushed is listed in the index by whoever made this store of another one: see `attachLater`. */
  readonly attachesLater?: true;
  /** Stores a small blob; false if it was there already. */
  readonly putBytes: (descriptor: Descriptor, bytes: Uint8Array) => boolean;
  /** Changes the index under the lock. */
  readonly update: (change: (index: KitIndex) => KitIndex | Promise<KitIndex>) => Promise<void>;
}

/** Is it our store? */
export function isLocalStore(target: ReadTarget): target is LocalStore {
  return 'layers' in target;
}

export interface LocalStoreOptions {
  readonly lenders?: readonly (ReadTarget & Locator)[];
  /** See `LocalStore`. */
  readonly home?: string;
}

/** Opens the store in `root`. Nothing is written before something is stored. */
export function createLocalStore(root: string, { lenders = [], home }: LocalStoreOptions = {}): LocalStore {
  const layout = storeLayout(root);
  const layers = createLayerStore(layout);
  const snapshots = createSnapshotStore(layout);
  const locate = (descriptor: Descriptor): Recipe | undefined => {
    const record = layers.read(descriptor.digest);
    if (record && layers.stateOfAll(record) !== 'missing') return layers.recipeOf(record);
    const own = locateFile(layout.blob(descriptor.digest), descriptor.size);
    return own ?? lenders.map((lender) => lender.locate(descriptor)).find((recipe) => recipe !== undefined);
  };
  const [blobs, names] = [storedBlobs(layout), storedNames({ layout, layers, snapshots })];
  const exists = async (descriptor: Descriptor) =>
    (await isWhole(descriptor, layout)) || locate(descriptor) !== undefined;
  return {
    name: root,
    complete: false,
    layout,
    home,
    layers,
    snapshots,
    lenders,
    locate,
    ...fileReader((descriptor) => readableRecipe(descriptor, layout, locate)),
    ...blobs,
    pushAlone: blobs.push,
    ...names,
    ...storedReferrers(layout, names.update),
    push: async (descriptor, content) => {
      await blobs.push(descriptor, content);
      const attached = attachedBySubject(layout, descriptor);
      if (attached) await names.update((index) => addAttached(index, [attached]));
    },
    exists,
    tag: async (descriptor, repository, tag) => {
      if (!(await exists(descriptor))) throw notFound(descriptor, root);
      await names.tag(descriptor, repository, tag);
    },
  };
}

/** Where the bytes are read: in a blob of their own, else wherever they lie. A damaged blob is told by who verifies. */
function readableRecipe(descriptor: Descriptor, { root, blob }: StoreLayout, locate: Locator['locate']): Recipe {
  const path = blob(descriptor.digest);
  const recipe = locateFile(path, descriptor.size) ?? locate(descriptor) ?? recipeOfFile(path);
  if (recipe) return recipe;
  throw notFound(descriptor, root);
}

function notFound({ digest }: Descriptor, root: string): KitwrightError {
  return new KitwrightError('kit-not-found', `${digest} is not in the store ${root}.`, { data: { digest } });
}

/** What writes blobs. */
function storedBlobs(layout: StoreLayout): Pick<LocalStore, 'seed' | 'session' | 'push' | 'putBytes'> {
  return {
    seed: createSeed(layout, () => prepare(layout)),
    session: () => {
      prepare(layout);
      return openSession(layout);
    },
    push: async (descriptor, content) => {
      prepare(layout);
      await storeBlob(descriptor, content, layout.blob(descriptor.digest), layout.tmp);
    },
    putBytes: (descriptor, bytes) => {
      prepare(layout);
      return writeBlob(layout, descriptor, bytes);
    },
  };
}

function prepare(layout: StoreLayout): void {
  makeStore(layout);
  try {
    createIndex(layout);
    if (!existsSync(layout.ociLayout)) atomicWrite(layout.ociLayout, layoutMarker, layout.tmp);
  } catch (error) {
    throw systemError(error, 'store-failed', 'make the store', layout.root);
  }
}

function writeBlob(layout: StoreLayout, descriptor: Descriptor, bytes: Uint8Array): boolean {
  const path = layout.blob(descriptor.digest);
  if (isIntact(path, descriptor)) return false;
  try {
    atomicWrite(path, bytes, layout.tmp);
  } catch (error) {
    throw systemError(error, 'store-failed', 'write', path);
  }
  return true;
}

function isIntact(path: string, descriptor: Descriptor): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.size === descriptor.size && digestOf(readFileSync(path)) === descriptor.digest;
}

/** What reads and changes the index. */
function storedNames(store: SweptStore): Pick<LocalStore, 'list' | 'resolve' | 'update' | 'tag'> {
  const { layout } = store;
  const list = () => readIndex(layout).names;
  const update: LocalStore['update'] = async (change) => {
    prepare(layout);
    // What a name leads to must be on the disk before the name is.
    await settled(store);
    await withLock(layout.lock, layout.tmp, () => changeIndex(store, change));
  };
  return {
    list,
    resolve: async (repository, reference) => {
      const { named, tagged } = indexLookup(layout);
      return named(repository, reference) ?? tagged(repository, reference);
    },
    update,
    tag: (descriptor, repository, tag) => {
      const attached = attachedByTag(layout, descriptor, repository, tag);
      return update((index) =>
        attached
          ? addAttached(index, [attached])
          : { ...index, names: addNames(index.names, [{ repository, tag, descriptor }]) },
      );
    },
  };
}

async function settled({ layers, snapshots }: SweptStore): Promise<void> {
  try {
    snapshots.flush();
    await layers.settle();
  } catch (error) {
    throw systemError(error, 'store-failed', 'write', 'what is known of layers');
  }
}

async function changeIndex(store: SweptStore, change: Parameters<LocalStore['update']>[0]): Promise<void> {
  const { layout } = store;
  const before = readIndex(layout);
  const after = await change(before);
  if (after === before) return;
  try {
    writeMakingRoom(store, after);
  } catch (error) {
    throw systemError(error, 'store-failed', 'write', layout.index);
  }
}

/** On a full disk, what the new index does not reach goes before it is written, and then what only saves time. */
function writeMakingRoom(store: SweptStore, index: KitIndex): void {
  const makesRoom = [() => sweepStore(store, index), () => sweepCaches(store)];
  for (let written = false; !written; ) {
    try {
      writeIndex(store.layout, index);
      written = true;
    } catch (error) {
      const makeRoom = isDiskFull(error) ? makesRoom.shift() : undefined;
      if (!makeRoom) throw error;
      makeRoom();
    }
  }
}
