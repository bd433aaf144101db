import { join } from 'node:path';
import { systemError } from '../errors/systemError.ts';
import { makeDirectories } from '../files/makeDirectories.ts';
import { type Digest, hexOf } from '../oci/digest.ts';

/** Paths inside a store. */
export interface StoreLayout {
  readonly root: string;
  readonly index: string;
  /** The index before its last change. */
  readonly previousIndex: string;
  readonly ociLayout: string;
  readonly lock: string;
  readonly seed: string;
  readonly tmp: string;
  readonly sessions: string;
  readonly partials: string;
  readonly unsynced: string;
  readonly packs: string;
  readonly objects: string;
  readonly recipes: string;
  readonly snapshots: string;
  readonly digests: string;
  readonly blobs: string;
  readonly blob: (digest: Digest) => string;
  readonly recipe: (digest: Digest) => string;
  /** `name` is the hex content hash. */
  readonly object: (name: string) => string;
}

export function storeLayout(root: string): StoreLayout {
  const at = (...parts: readonly string[]) => join(root, ...parts);
  return {
    root,
    index: at('index.json'),
    previousIndex: at('index.previous.json'),
    ociLayout: at('oci-layout'),
    lock: at('lock'),
    seed: at('seed'),
    tmp: at('tmp'),
    sessions: at('sessions'),
    partials: at('partials'),
    unsynced: at('unsynced'),
    packs: at('packs'),
    objects: at('objects'),
    recipes: at('recipes'),
    snapshots: at('snapshots'),
    digests: at('digests'),
    blobs: at('blobs', 'sha256'),
    blob: (digest) => at('blobs', 'sha256', hexOf(digest)),
    recipe: (digest) => at('recipes', hexOf(digest)),
    object: (name) => at('objects', name.slice(0, 2), name),
  };
}

/** Makes the folders of a store. They are private, as `kit`'s are: kits may hold what is not for everybody. */
export function makeStore(layout: StoreLayout): void {
  const { root, tmp, sessions, partials, unsynced, packs, objects, recipes, snapshots, digests, blobs } = layout;
  try {
    const own = [root, tmp, sessions, partials, unsynced, packs, objects, recipes, snapshots, digests, blobs];
    for (const directory of own) makeDirectories(directory, 0o700);
  } catch (error) {
    throw systemError(error, 'store-failed', 'make the store', root);
  }
}
