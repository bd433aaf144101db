import { KitwrightError } from '../errors/KitwrightError.ts';
import { checkKind } from '../oci/checkKind.ts';
import { childrenOf } from '../oci/childrenOf.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { isManifestType } from '../oci/mediaTypes.ts';
import { maxManifestSize } from '../oci/parseJsonObject.ts';
import { strictJson } from '../oci/strictJson.ts';
import { contentOf, contentOfBytes } from './contentOf.ts';
import { createTurns, type Turns } from './createTurns.ts';
import { eachOf } from './eachOf.ts';
import { isLocalStore } from './localStore.ts';
import { observeContent } from './observeContent.ts';
import { verifiedBytes } from './readVerified.ts';
import { requireRoomFor } from './requireRoomFor.ts';
import { canLocate, canMount, type ReadTarget, type Target } from './roles.ts';

export interface CopyOptions {
  /** Contents that are on their way at the same time. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
  /** Is the root refused if it has a subject? It would be attached to that, whatever it is. */
  readonly standsAlone?: boolean;
  readonly onStart?: (descriptor: Descriptor) => void;
  /** Bytes of one content that were sent since the last call. */
  readonly onBytes?: (descriptor: Descriptor, bytes: number) => void;
  readonly onDone?: (descriptor: Descriptor, outcome: CopyOutcome) => void;
}

/** How a blob or manifest came to the target: it was there, was taken over within it, or was sent. */
export type CopyOutcome = 'exists' | 'mounted' | 'copied';

/**
 * Moves a kit, or anything else that a manifest describes, from one target to another: the only mover there is (design
 * 1). Children come first, so an interrupted copy leaves nothing that looks whole; the next one goes on where it
 * stopped. Names are the caller's: tag when this has ended.
 */
export function copy(source: ReadTarget, target: Target, root: Descriptor, options: CopyOptions): Promise<void> {
  return copyManifest({ source, target, options, done: new Set(), turns: turnsFor(target) }, root, 0);
}

interface Copying {
  readonly source: ReadTarget;
  readonly target: Target;
  readonly options: CopyOptions;
  /** Digests of the manifests that are there: many paths may lead to one. */
  readonly done: Set<string>;
  readonly turns: Turns;
}

/** Indexes that may lie in each other. */
const maxDepth = 16;

async function copyManifest(copying: Copying, descriptor: Descriptor, depth: number): Promise<void> {
  const { source, target, options, done, turns } = copying;
  if (done.has(descriptor.digest)) return;
  if (depth > maxDepth)
    throw new KitwrightError(
      'kit-malformed',
      `More than ${maxDepth} indexes lie in each other, down to ${descriptor.digest}.`,
    );
  options.signal.throwIfAborted();
  const there = await target.exists(descriptor);
  if (there && target.complete) return finished(copying, descriptor, 'exists');
  const bytes = await verifiedBytes(descriptor, source, maxManifestSize);
  const json = strictJson(bytes, 'manifest');
  checkKind(json, descriptor.mediaType);
  if (depth > 0 || options.standsAlone) checkSubject(json, descriptor);
  const children = distinct(childrenOf(bytes));
  const [manifests, blobs] = [
    children.filter(({ mediaType }) => isManifestType(mediaType)),
    children.filter(({ mediaType }) => !isManifestType(mediaType)),
  ];
  for (const manifest of manifests) await copyManifest(copying, manifest, depth + 1);
  // What lies on this machine may be taken over without being written.
  if (isLocalStore(target) && !canLocate(source)) await requireRoomFor(blobs, target);
  await eachOf(blobs, options.concurrency, (blob) => copyBlob(source, target, blob, options, turns));
  if (there) return finished(copying, descriptor, 'exists');
  options.signal.throwIfAborted();
  await target.push(descriptor, contentOfBytes(bytes));
  finished(copying, descriptor, 'copied');
}

/**
 * What comes with another manifest, or gets a name, is attached to nothing: a target would list it beside the signatures of
 * whatever it names as its subject. Throws `kit-malformed`.
 */
export function checkSubject({ subject }: { readonly subject?: unknown }, { digest }: Descriptor): void {
  if (subject === undefined || subject === null) return;
  throw new KitwrightError('kit-malformed', `${digest} is a kit or part of an index, and has a subject of its own.`, {
    data: { digest },
    hint: 'It would be attached to that, and count among its signatures.',
  });
}

function finished({ done, options }: Copying, descriptor: Descriptor, outcome: CopyOutcome): void {
  done.add(descriptor.digest);
  options.onDone?.(descriptor, outcome);
}

/** One descriptor per digest: equal layers travel once. */
function distinct(descriptors: readonly Descriptor[]): readonly Descriptor[] {
  return [...new Map(descriptors.map((descriptor) => [descriptor.digest, descriptor])).values()];
}

/** Moves one blob: only if the target does not have it, and without sending it where the target can take it over. */
export async function copyBlob(
  source: ReadTarget,
  target: Target,
  descriptor: Descriptor,
  options: CopyOptions,
  turns: Turns = turnsFor(target),
): Promise<void> {
  options.signal.throwIfAborted();
  options.onStart?.(descriptor);
  options.onDone?.(descriptor, await transfer(source, target, descriptor, options, turns));
}

/**
 * Large blobs that go to others all at once end together, and then wait together for their disk; two at a time keep
 * both busy. What comes here is hashed by another thread: one keeps up with one blob after the other.
 */
function turnsFor(target: Target): Turns {
  return createTurns(isLocalStore(target) ? 1 : 2);
}

async function transfer(
  source: ReadTarget,
  target: Target,
  descriptor: Descriptor,
  options: CopyOptions,
  turns: Turns,
): Promise<CopyOutcome> {
  if (await target.exists(descriptor)) return 'exists';
  if (canMount(target) && (await target.mount(descriptor, source))) return 'mounted';
  const { signal, onBytes } = options;
  using turn = await turns.take(descriptor.size);
  const content = observeContent(contentOf(descriptor, source), (bytes) => {
    signal.throwIfAborted();
    onBytes?.(descriptor, bytes);
    turn.add(bytes);
  });
  await target.push(descriptor, content);
  return 'copied';
}
