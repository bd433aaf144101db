import type { Recipe } from '../layers/recipe.ts';
import type { Descriptor } from '../oci/descriptor.ts';

/** Bytes under a descriptor, in blocks. The receiver verifies size and digest. */
export type ByteStream = AsyncIterable<Uint8Array>;

export interface Fetcher {
  /** The content of a descriptor. Throws `kit-not-found` if it is not there. */
  readonly fetch: (descriptor: Descriptor) => ByteStream;
}

export interface Existence {
  readonly exists: (descriptor: Descriptor) => Promise<boolean>;
}

export interface Pusher {
  /** Stores content; it is verified before it can be seen. Pushing what is there already does nothing. */
  readonly push: (descriptor: Descriptor, content: ByteStream) => Promise<void>;
}

export interface Resolver {
  /** `registry/repository` and a tag or digest to a descriptor; undefined if there is none. */
  readonly resolve: (repository: string, reference: string) => Promise<Descriptor | undefined>;
}

export interface Tagger {
  readonly tag: (descriptor: Descriptor, repository: string, tag: string | undefined) => Promise<void>;
}

/** One kit under one name. Without a tag it is known by its repository and digest only. */
export interface KitName {
  readonly repository: string;
  readonly tag: string | undefined;
  readonly descriptor: Descriptor;
}

export interface Lister {
  readonly list: () => readonly KitName[];
}

/** Finds the bytes of a layer on this machine, so that they need not be streamed. */
export interface Locator {
  readonly locate: (descriptor: Descriptor) => Recipe | undefined;
}

/** Where kits can be read. */
export interface ReadTarget extends Fetcher, Existence, Resolver {
  /** Shown in errors: whose side failed. */
  readonly name: string;
}

/** Where kits can be read and written (design 3). Optional powers are found by a guard. */
export interface Target extends ReadTarget, Pusher, Tagger {}

export const canLocate = (target: object): target is Locator => 'locate' in target;
