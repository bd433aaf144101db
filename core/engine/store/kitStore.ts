import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { hexOf } from '../oci/digest.ts';
import { parseDescriptor } from '../oci/manifest.ts';
import { isObject, parseJsonObject } from '../oci/parseJsonObject.ts';
import { fileReader } from './fileReader.ts';
import { locateFile, recipeOfFile } from './locateFile.ts';
import { resolveName } from './resolveName.ts';
import type { KitName, Lister, Locator, Reader, ReadTarget } from './roles.ts';

/** A store that `kit` made: read, never written. */
export interface KitStore extends ReadTarget, Lister, Locator, Reader {}

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
    ...fileReader((descriptor) => {
      const recipe = recipeOfFile(blob(descriptor));
      if (recipe) return recipe;
      throw new KitwrightError('kit-not-found', `${descriptor.digest} is not in the store ${storage}.`, {
        data: { digest: descriptor.digest },
      });
    }),
    locate: (descriptor) => locateFile(blob(descriptor), descriptor.size),
    resolve: async (repository, reference) => resolveName(list(), repository, reference),
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
