import { rmSync } from 'node:fs';
import { messageOf } from '../errors/errorData.ts';
import { childrenOf } from '../oci/childrenOf.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { maxManifestSize } from '../oci/parseJsonObject.ts';
import type { LocalStore } from '../store/localStore.ts';
import { verifiedBytes } from '../store/readVerified.ts';

/** Something that is attached to a kit and cannot be served. */
export interface AttachedFinding {
  /** The digest of the manifest to which it is attached. */
  readonly kit: string;
  readonly digest: Digest;
  readonly problem: string;
}

/** Verifies what is attached to the kits of a store. `problemOf` says what is wrong with a blob. */
export async function checkAttached(
  store: LocalStore,
  problemOf: (blob: Descriptor) => Promise<string | undefined>,
): Promise<readonly AttachedFinding[]> {
  const findings = new Map<Digest, AttachedFinding>();
  for (const { descriptor, subject } of store.attached()) {
    const problem = await problemWith(descriptor, store, problemOf);
    if (problem) findings.set(descriptor.digest, { kit: subject, digest: descriptor.digest, problem });
  }
  return [...findings.values()];
}

async function problemWith(
  manifest: Descriptor,
  store: LocalStore,
  problemOf: (blob: Descriptor) => Promise<string | undefined>,
): Promise<string | undefined> {
  try {
    for (const blob of childrenOf(await verifiedBytes(manifest, store, maxManifestSize))) {
      const problem = await problemOf(blob);
      if (problem) return `${blob.digest}: ${problem}`;
    }
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Takes it out of the index, and its manifest away: pulling or attaching it again heals it. */
export async function discardAttached(store: LocalStore, digest: Digest): Promise<void> {
  await store.update((index) => ({
    ...index,
    attached: index.attached.filter(({ descriptor }) => descriptor.digest !== digest),
  }));
  rmSync(store.layout.blob(digest), { force: true });
}
