import type { Recipe } from '../layers/recipe.ts';
import type { Descriptor } from '../oci/descriptor.ts';

/** Lists the tags of the target's repository. */
export interface TagLister {
  readonly tags: () => AsyncIterable<string>;
}

/** Can the target list its tags? */
export function canListTags(target: object): target is TagLister {
  return 'tags' in target;
}

/** Lists all names of a target that has no repositories, full ones too: a layout, an archive. */
export interface NameLister {
  readonly names: () => readonly string[];
}

/** Can the target list all its names? */
export function canListNames(target: object): target is NameLister {
  return 'names' in target;
}

/** Bytes under a descriptor, in blocks. The receiver verifies size and digest. */
export type ByteStream = AsyncIterable<Uint8Array>;

/** A part of a blob, in bytes; `end` is the offset after its last byte. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Takes one block. Its memory is the reader's again as soon as this has returned, or once the promise that it returned
 * is resolved: no block comes before that. What it throws ends the reading.
 */
export type TakeBlock = (bytes: Uint8Array) => void | Promise<void>;

/**
 * The bytes of a blob or manifest, readable from any offset, as often as needed: a transfer resumes with it after a
 * cut. Streams are derived from it (`streamOf.ts`); `contentOf.ts` makes it of a target, a recipe, or bytes.
 */
export interface Content {
  /** Gives a part to `take`, block after block. Rejects with what `take` throws, and then reads no further. */
  readonly read: (range: ByteRange, take: TakeBlock) => Promise<void>;
}

/** Streams content: what every target can do. */
export interface Fetcher {
  /**
   * The content of a descriptor, or a part of it: an empty part has no bytes. Throws `kit-not-found` if it is not there.
   * A stream that was cut throws, best a `TransientError`: the engine goes on after the last byte.
   */
  readonly fetch: (descriptor: Descriptor, range?: ByteRange) => ByteStream;
}

export interface Existence {
  /** By digest and size alone. Throws where it cannot find out, a refusal for example: it never guesses. */
  readonly exists: (descriptor: Descriptor) => Promise<boolean>;
}

/** Takes blobs and manifests. */
export interface Pusher {
  /**
   * Stores content; it is verified before it can be seen, also by others, and it is there when this has resolved. Pushing
   * what is there already does nothing. Rejects with what reading the content throws, or with that as the cause.
   */
  readonly push: (descriptor: Descriptor, content: Content) => Promise<void>;
}

export interface Resolver {
  /**
   * `registry/repository` and a tag or digest to the descriptor of a manifest or an index; undefined if there is none. A
   * place without repositories ignores their name; in one that has them, nothing of another one is found.
   */
  readonly resolve: (repository: string, reference: string) => Promise<Descriptor | undefined>;
}

export interface Tagger {
  /**
   * Gives a manifest a tag, which moves in one step. Without a tag the manifest is known by its digest from then on: one
   * that was only pushed may not be. Throws `kit-not-found` if the manifest is not there: no tag leads to nothing.
   */
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
export interface Target extends ReadTarget, Pusher, Tagger {
  /**
   * Does a manifest that is there mean that everything it names is there too? Registries promise that: who says so
   * refuses a manifest whose blobs are missing. Else the engine looks for each blob, and sends it before the manifest.
   */
  readonly complete: boolean;
}

/** A target that is one file: it has its name when it is closed, and not before. */
export interface Closer {
  readonly close: () => Promise<void>;
  /** Forgets what was written since the last close. */
  readonly discard: () => void;
}

/**
 * Reads as `Content` does, where the target can: no block needs memory of its own, which costs less than half of a
 * stream. Without it the streams of `fetch` are read.
 */
export interface Reader {
  readonly read: (descriptor: Descriptor, range: ByteRange, take: TakeBlock) => Promise<void>;
}

/** An upload of a blob whose digest is not known yet. */
export interface EarlyUpload {
  /**
   * Waits for the last byte and gives the blob its digest. Rejects as `push` does; then the blob is not there.
   */
  readonly finish: (descriptor: Descriptor) => Promise<void>;
  /** The blob need not be sent (any more). */
  readonly abandon: () => Promise<void>;
}

/** Takes a blob while it is still being hashed. */
export interface EarlyPusher {
  /**
   * `size` in bytes. `key` says where the bytes come from, so that another process can go on. Undefined if the
   * digest must be known first.
   */
  readonly pushEarly: (size: number, key: string, content: Content) => EarlyUpload | undefined;
}

/** Takes a blob over from another repository of the same registry, so that nothing is sent. */
export interface Mounter {
  /** False if the registry would not; then the blob must be pushed. */
  readonly mount: (descriptor: Descriptor, source: ReadTarget) => Promise<boolean>;
}

/** Removes names and kits. */
export interface Deleter {
  /** Removes one tag; the kit stays. Throws `kit-not-found` if there is no such tag. */
  readonly untag: (tag: string) => Promise<void>;
  /**
   * Removes a manifest with all its tags, and nothing that others need. Throws `kit-not-found` if it is not there.
   */
  readonly delete: (descriptor: Descriptor) => Promise<void>;
}

/**
 * Lists the manifests that name another one as their `subject`: signatures, attestations, SBOMs. A target with this
 * power lists what was pushed into it without any further step; where it does not, as a registry without the referrers
 * API, a list under a tag is kept (`referrers/keepReferrer.ts`). What it lists is checked by who asks.
 */
export interface ReferrerLister {
  /** With an artifact type, at least all of this type. Nothing where the target knows of none, or cannot tell. */
  readonly referrers: (descriptor: Descriptor, artifactType?: string) => AsyncIterable<Descriptor>;
}

/** Takes a referrer out of what the target lists, in targets that are swept, or written anew, as a whole. */
export interface ReferrerDropper {
  readonly dropReferrer: (descriptor: Descriptor) => Promise<void>;
}

/** Finds out which tags there are, with fewer questions than `resolve` for each. */
export interface TagFinder {
  /** Those of the tags that exist. They have a long beginning in common. */
  readonly findTags: (repository: string, tags: readonly string[]) => Promise<readonly string[]>;
}

/** Moves a tag unless somebody else moved it meanwhile. */
export interface TagSwapper {
  /**
   * False if the tag no longer names `before`. `before` was resolved with this target; undefined = there was no tag. Of
   * many at once one succeeds, as far as the place lets it. Throws `kit-not-found` if the manifest is not there.
   */
  readonly swapTag: (
    descriptor: Descriptor,
    repository: string,
    tag: string,
    before: Descriptor | undefined,
  ) => Promise<boolean>;
}

/** Can the target list referrers? */
export function canListReferrers(target: object): target is ReferrerLister {
  return 'referrers' in target;
}

/** Can the target take a referrer out of its list? */
export function canDropReferrer(target: object): target is ReferrerDropper {
  return 'dropReferrer' in target;
}

/** Can the target look for many tags at once? */
export function canFindTags(target: object): target is TagFinder {
  return 'findTags' in target;
}

/** Can the target move a tag only where it is what was expected? */
export function canSwapTag(target: object): target is TagSwapper {
  return 'swapTag' in target;
}

/** Can the target remove tags and manifests? */
export function canDelete(target: object): target is Deleter {
  return 'untag' in target;
}

/** Is the target one file that must be closed? */
export function canClose(target: object): target is Closer {
  return 'close' in target;
}

/** Can the target say where bytes are on this machine? */
export function canLocate(target: object): target is Locator {
  return 'locate' in target;
}

/** Can the target give bytes without a stream? */
export function canRead(target: object): target is Reader {
  return 'read' in target;
}

/** Can the target take a blob before its digest is known? */
export function canPushEarly(target: object): target is EarlyPusher {
  return 'pushEarly' in target;
}

/** Can the target take blobs over from elsewhere? */
export function canMount(target: object): target is Mounter {
  return 'mount' in target;
}
