import { join, sep } from 'node:path';
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
  const [blobs, recipes, objects] = [at('blobs', 'sha256'), at('recipes'), at('objects')];
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
    objects,
    recipes,
    snapshots: at('snapshots'),
    digests: at('digests'),
    blobs,
    // `join` goes through a path sign by sign, and these are asked for thousands of times.
    blob: (digest) => `${blobs}${sep}${hexOf(digest)}`,
    recipe: (digest) => `${recipes}${sep}${hexOf(digest)}`,
    object: (name) => `${objects}${sep}${name.slice(0, 2)}${sep}${name}`,
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
