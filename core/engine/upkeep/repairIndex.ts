import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { type Descriptor, descriptorOf } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import { isKitManifest, parseManifest } from '../oci/manifest.ts';
import { mediaTypes } from '../oci/mediaTypes.ts';
import { parseModelIndex } from '../oci/modelIndex.ts';
import { defaultRegistry, unnamedRepository } from '../oci/reference.ts';
import { referrerIn } from '../oci/referrer.ts';
import { type Attached, readIndex, salvageIndex, writeIndex } from '../store/kitIndex.ts';
import type { LocalStore } from '../store/localStore.ts';
import type { KitName } from '../store/roles.ts';
import { withLock } from '../store/withLock.ts';

/**
 * Makes the index of a store anew if it is missing or cannot be read: with the names that can still be read in it or in
 * the one before, with every other kit of the store, without a name, and with what is attached to them. Gives the kits
 * that it found, nothing for a whole index.
 */
export function repairIndex({ layout }: LocalStore): Promise<readonly KitName[]> {
  if (!existsSync(layout.root)) return Promise.resolve([]);
  return withLock(layout.lock, layout.tmp, () => {
    if (!isDamaged(() => readIndex(layout))) return [];
    const found = manifestsIn(layout.blobs);
    const kits = new Map(found.flatMap(({ kit }) => (kit ? [[kit.digest, kit]] : [])));
    const salvaged = salvageIndex(layout);
    const named = salvaged.names.filter(({ descriptor }) => kits.has(descriptor.digest));
    // By the tags of cosign: what has a subject is found without the old index.
    const tagged = salvaged.attached.filter(
      ({ name, subject, descriptor }) =>
        Boolean(name) && kits.has(subject) && existsSync(layout.blob(descriptor.digest)),
    );
    const attached = [...found.flatMap(({ attached: one }) => one ?? []), ...tagged];
    for (const { descriptor } of named) kits.delete(descriptor.digest);
    const repository = `${defaultRegistry}/${unnamedRepository}`;
    const unnamed = [...kits.values()].map((descriptor) => ({ repository, tag: undefined, descriptor }));
    const names = [...named, ...unnamed];
    writeIndex(layout, { names, attached, foreign: [] });
    return names;
  });
}

function isDamaged(read: () => unknown): boolean {
  try {
    read();
    return false;
  } catch (error) {
    if (error instanceof KitwrightError && error.code === 'store-damaged') return true;
    throw error;
  }
}

/** Registries take no larger manifests, in bytes. */
const maxManifest = 4 * 1024 * 1024;

interface FoundManifest {
  readonly kit: Descriptor | undefined;
  readonly attached: Attached | undefined;
}

/** The kits, indexes of kits and referrers among the blobs. */
function manifestsIn(blobs: string): readonly FoundManifest[] {
  return (existsSync(blobs) ? readdirSync(blobs) : []).flatMap((name) => {
    const path = join(blobs, name);
    const stats = lstatSync(path);
    if (!stats.isFile() || stats.size > maxManifest) return [];
    const bytes = readFileSync(path);
    const [mediaType, attached] = [kindOf(bytes), attachedIn(bytes)];
    if (!(mediaType || attached) || digestOf(bytes) !== `sha256:${name}`) return [];
    return [{ kit: mediaType ? descriptorOf(mediaType, bytes) : undefined, attached }];
  });
}

/** A manifest, or an index, that names a subject. */
function attachedIn(bytes: Uint8Array): Attached | undefined {
  if (bytes[0] !== '{'.charCodeAt(0)) return undefined;
  for (const mediaType of [mediaTypes.manifest, mediaTypes.index]) {
    const fields = referrerIn(bytes, mediaType);
    if (fields?.subject)
      return {
        descriptor: { ...descriptorOf(mediaType, bytes), artifactType: fields.artifactType },
        subject: fields.subject.digest,
        name: undefined,
      };
  }
  return undefined;
}

function kindOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] !== '{'.charCodeAt(0)) return undefined;
  const manifest = ifReadable(() => parseManifest(bytes, mediaTypes.manifest));
  if (manifest && isKitManifest(manifest)) return manifest.mediaType ?? mediaTypes.manifest;
  return ifReadable(() => parseModelIndex(bytes)) ? mediaTypes.index : undefined;
}

function ifReadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
