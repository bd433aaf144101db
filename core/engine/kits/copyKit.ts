import type { BuildHooks, Pull, Push } from '../host/buildHooks.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import type { Calls } from '../host/hooks.ts';
import type { LayerPool } from '../layers/createPool.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { isManifestType } from '../oci/mediaTypes.ts';
import type { ReferrerFilter } from '../oci/referrerFilter.ts';
import { type CopyOptions, copy } from '../store/copy.ts';
import { isLocalStore, type LocalStore } from '../store/localStore.ts';
import { receive } from '../store/receive.ts';
import { attachLater } from '../store/referrers/attachLater.ts';
import { canClose, type ReadTarget, type Target } from '../store/roles.ts';
import { kitfileOf } from './kitfileOf.ts';
import { copyKitReferrers, referrersOfAll } from './kitReferrers.ts';
import type { ReadKit } from './loadKit.ts';
import { type KitSigning, signWith } from './signKit.ts';

export interface CopyKitOptions {
  readonly source: ReadTarget;
  /** For the source's `resolve`. */
  readonly from: string;
  readonly root: Descriptor;
  readonly target: Target;
  /** For the target's `tag`. */
  readonly repository: string;
  /** Tags that the kit gets; without any the kit is copied but has no name. */
  readonly tags: readonly string[];
  /** Blobs that are copied in parallel. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
  /** Which referrers are copied too. */
  readonly referrers: ReferrerFilter;
  /** Rejects to refuse the kit when it is at the target, with what belongs to it, and has no name yet. */
  readonly admit?: ((kit: AdmittedKit) => Promise<void>) | undefined;
  /** For many kits: `createKitReader`. */
  readonly readKit?: ReadKit | undefined;
  /** Signs the kit at the target, before it gets its tags. */
  readonly signing?: KitSigning | undefined;
}

export interface CopiedKit {
  readonly copied: number;
  readonly existed: number;
  readonly mounted: number;
  /** Bytes that were copied. */
  readonly bytes: number;
  /** Referrers that the destination now has. */
  readonly referrers: number;
}

/**
 * Copies a kit to a target and names it there: children first, then its referrers, tags last. Throws what source and target throw; then the
 * target has no new name, and the next copy resumes with the blobs it has.
 */
export async function copyKit(kitwright: Kitwright, options: CopyKitOptions): Promise<CopiedKit> {
  const { source, from, root, repository, signal, referrers: filter } = options;
  const late = isLocalStore(options.target) ? attachLater(options.target) : undefined;
  const [target, alone] = late
    ? [receiving(late.store, kitwright.pool, 'push'), receiving(late.store, kitwright.pool, 'pushAlone')]
    : [options.target, options.target];
  using _session = isLocalStore(options.target) ? options.target.session() : undefined;
  const hooks = kitwright.beginBuild();
  const told = await tellOf(hooks, options);
  await told.before();
  const counts = { copied: 0, existed: 0, mounted: 0, bytes: 0 };
  const blobs: Promise<void>[] = [];
  const copying: CopyOptions = {
    ...reportCopies(kitwright, options, counts),
    onDone: (descriptor, outcome) => {
      counts[outcome === 'exists' ? 'existed' : outcome]++;
      kitwright.event({ type: 'copy-done', layer: shortDigest(descriptor.digest), bytes: descriptor.size, outcome });
      blobs.push(hooks.blob({ descriptor, outcome }, { signal }));
    },
  };
  let referrers = 0;
  try {
    // Searched while the kit is copied, which costs no time then; nothing may still be writing when this ends.
    const [found] = await bothOf(
      referrersOfAll(kitwright, { target: source, repository: from, filter }, root),
      copy(source, alone, root, { ...copying, standsAlone: late === undefined }),
    );
    referrers = await copyKitReferrers(kitwright, { source, target, repository }, copying, found);
    await Promise.all(blobs);
    if (options.signing) await signWith(kitwright, hooks, { target, repository, root }, options.signing, signal);
    await options.admit?.(admitted(options, target));
    await late?.commit();
    await tagAll(options, target);
    await late?.commit();
    if (canClose(options.target)) await options.target.close();
  } catch (error) {
    if (canClose(options.target)) options.target.discard();
    await Promise.allSettled(blobs);
    throw error;
  }
  await told.after();
  return { ...counts, referrers };
}

/** A kit that is about to get its names, and where what is attached to it can be read. */
export interface AdmittedKit {
  readonly target: ReadTarget;
  readonly repository: string;
  readonly root: Descriptor;
}

/** A target that is one file can be read when it is closed: until then the source has the same. */
function admitted({ source, from, root, repository }: CopyKitOptions, target: Target): AdmittedKit {
  return canClose(target) ? { target: source, repository: from, root } : { target, repository, root };
}

/** Waits for both, also where one fails; the failure of the second is the one that counts. */
async function bothOf<A, B>(first: Promise<A>, second: Promise<B>): Promise<readonly [A, B]> {
  await Promise.allSettled([first, second]);
  const result = await second;
  return [await first, result];
}

/** Into the local store it is a pull, anywhere else a push. */
async function tellOf(hooks: Calls<BuildHooks>, options: CopyKitOptions) {
  const { source, target, root, repository, tags, signal, readKit } = options;
  const kit = { kitfile: await kitfileOf(root, source, readKit), root, repository, tags };
  if (isLocalStore(target)) {
    const pull: Pull = { ...kit, source: source.name };
    return { before: () => hooks.beforePull(pull, { signal }), after: () => hooks.pulled(pull, { signal }) };
  }
  const push: Push = { ...kit, target: target.name };
  return {
    before: () => hooks.beforePush(push, { signal }),
    after: () => hooks.pushed({ ...push, destination: target }, { signal }),
  };
}

/** Copying that reports and counts the bytes that are copied. */
export function reportCopies(
  kitwright: Kitwright,
  { concurrency, signal }: Pick<CopyKitOptions, 'concurrency' | 'signal'>,
  counts: { bytes: number },
): CopyOptions {
  const sent = new Map<string, number>();
  return {
    concurrency,
    signal,
    onStart: ({ digest, size }) =>
      kitwright.event({ type: 'copy-start', layer: shortDigest(digest), path: '', bytes: size }),
    onBytes: ({ digest, size }, bytes) => {
      const done = (sent.get(digest) ?? 0) + bytes;
      sent.set(digest, done);
      counts.bytes += bytes;
      kitwright.event({ type: 'copy-progress', layer: shortDigest(digest), done: Math.min(done, size), bytes: size });
    },
  };
}

/** Large blobs are downloaded into our store in parts and hashed by the pool. */
function receiving(store: LocalStore, pool: LayerPool, push: 'push' | 'pushAlone'): Target {
  return {
    ...store,
    push: (descriptor, content) =>
      isManifestType(descriptor.mediaType)
        ? store[push](descriptor, content)
        : receive(descriptor, content, store.layout, pool),
  };
}

/** What events call a blob. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 19);
}

async function tagAll({ root, repository, tags }: CopyKitOptions, target: Target): Promise<void> {
  for (const tag of tags.length ? tags : [undefined]) await target.tag(root, repository, tag);
}
