import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import { isKitManifest, parseManifest } from '../oci/manifest.ts';
import { mediaTypes } from '../oci/mediaTypes.ts';
import { parseModelIndex } from '../oci/modelIndex.ts';
import { defaultRegistry, unnamedRepository } from '../oci/reference.ts';
import { readIndex, salvageIndex, writeIndex } from '../store/kitIndex.ts';
import type { LocalStore } from '../store/localStore.ts';
import type { KitName } from '../store/roles.ts';
import { withLock } from '../store/withLock.ts';

/**
 * Makes the index of a store anew if it is missing or cannot be read: with the names that can still be read in it or in
 * the one before, and with every other kit of the store, without a name. Gives what it found, nothing for a whole
 * index.
 */
export function repairIndex({ layout }: LocalStore): Promise<readonly KitName[]> {
  if (!existsSync(layout.root)) return Promise.resolve([]);
  return withLock(layout.lock, layout.tmp, () => {
    if (!isDamaged(() => readIndex(layout))) return [];
    const kits = new Map(kitsIn(layout.blobs).map((descriptor) => [descriptor.digest, descriptor]));
    const named = salvageIndex(layout).filter(({ descriptor }) => kits.has(descriptor.digest));
    for (const { descriptor } of named) kits.delete(descriptor.digest);
    const repository = `${defaultRegistry}/${unnamedRepository}`;
    const unnamed = [...kits.values()].map((descriptor) => ({ repository, tag: undefined, descriptor }));
    const names = [...named, ...unnamed];
    writeIndex(layout, { names, attached: [], foreign: [] });
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

/** The kits, and indexes of kits, among the blobs. */
function kitsIn(blobs: string): readonly Descriptor[] {
  return (existsSync(blobs) ? readdirSync(blobs) : []).flatMap((name) => {
    const path = join(blobs, name);
    const stats = lstatSync(path);
    if (!stats.isFile() || stats.size > maxManifest) return [];
    const bytes = readFileSync(path);
    const mediaType = kindOf(bytes);
    const digest = digestOf(bytes);
    return mediaType && digest === `sha256:${name}` ? [{ mediaType, digest, size: bytes.byteLength }] : [];
  });
}

function kindOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] !== '{'.charCodeAt(0)) return undefined;
  if (succeeds(() => isKitManifest(parseManifest(bytes, mediaTypes.manifest)))) return mediaTypes.manifest;
  return succeeds(() => parseModelIndex(bytes) !== undefined) ? mediaTypes.index : undefined;
}

function succeeds(test: () => boolean): boolean {
  try {
    return test();
  } catch {
    return false;
  }
}
