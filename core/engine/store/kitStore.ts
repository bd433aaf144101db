import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Descriptor } from '../oci/descriptor.ts';
import { hexOf } from '../oci/digest.ts';
import { parseDescriptor } from '../oci/manifest.ts';
import { isObject, parseJsonObject } from '../oci/parseJsonObject.ts';
import { locateFile } from './locateFile.ts';
import type { KitName, Lister, Locator, ReadTarget } from './roles.ts';
import { streamFile } from './streamFile.ts';

/** A store that `kit` made: read, never written. */
export interface KitStore extends ReadTarget, Lister, Locator {}

const indexSuffix = '-index.json';

/** Opens `kit`'s storage folder (facts: KitOps 1.15, on-disk layout); undefined where there is none. */
export function openKitStore(storage: string): KitStore | undefined {
  if (!existsSync(join(storage, 'oci-layout')) && !existsSync(join(storage, 'index.json'))) return undefined;
  const blob = (descriptor: Descriptor) => join(storage, 'blobs', 'sha256', hexOf(descriptor.digest));
  const list = () =>
    readdirSync(storage)
      .filter((name) => name.endsWith(indexSuffix))
      .flatMap((name) => repositoryNames(storage, name.slice(0, -indexSuffix.length)));
  return {
    name: storage,
    list,
    exists: async (descriptor) => existsSync(blob(descriptor)),
    fetch: (descriptor, range) => streamFile(blob(descriptor), range),
    locate: (descriptor) => locateFile(blob(descriptor), descriptor.size),
    resolve: async (repository, reference) => {
      const names = list().filter((name) => name.repository === repository);
      const match =
        names.find(({ tag }) => tag === reference) ?? names.find(({ descriptor }) => descriptor.digest === reference);
      return match?.descriptor;
    },
  };
}

const tagsSuffix = '-tags.json';

function repositoryNames(storage: string, encoded: string): readonly KitName[] {
  const repository = Buffer.from(encoded, 'base64url').toString();
  const { manifests } = readJson(join(storage, encoded + indexSuffix));
  const tags = Object.entries(readJson(join(storage, encoded + tagsSuffix)));
  const tagged = tags.flatMap(([tag, value]) =>
    descriptorsOf([value]).map((descriptor) => ({ repository, tag, descriptor })),
  );
  const digests = new Set(tagged.map(({ descriptor }) => descriptor.digest));
  const untagged = descriptorsOf(Array.isArray(manifests) ? manifests.filter(isObject) : [])
    .filter(({ digest }) => !digests.has(digest))
    .map((descriptor) => ({ repository, tag: undefined, descriptor }));
  return [...tagged, ...untagged];
}

function readJson(path: string): Readonly<Record<string, unknown>> {
  try {
    return parseJsonObject(readFileSync(path), path);
  } catch {
    // `kit` rewrites these files in place: a broken one says nothing, and that is all.
    return {};
  }
}

function descriptorsOf(values: readonly unknown[]): readonly Descriptor[] {
  return values.flatMap((value) => {
    try {
      return [parseDescriptor(value)];
    } catch {
      return [];
    }
  });
}
