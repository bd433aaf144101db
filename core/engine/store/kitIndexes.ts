import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Descriptor } from '../oci/descriptor.ts';
import { parseDescriptor } from '../oci/manifest.ts';
import { annotationNames } from '../oci/mediaTypes.ts';
import { isObject, parseJsonObject } from '../oci/parseJsonObject.ts';
import { isTag } from '../oci/reference.ts';
import type { KitName } from './roles.ts';

const [indexSuffix, tagsSuffix] = ['-index.json', '-tags.json'];

/** The kits in the index files of `kit`'s storage: two for each repository, called by its name in base64. */
export function kitNamesInStorage(storage: string): readonly KitName[] {
  return readdirSync(storage)
    .filter((name) => name.endsWith(indexSuffix))
    .flatMap((name) => repositoryNames(storage, name.slice(0, -indexSuffix.length)));
}

/** The kits in an index of one repository, which says their tags in annotations. What is no tag names none. */
export function olderKitNames(index: string, repository: string): readonly KitName[] {
  return descriptorsOf(readJson(index)['manifests']).map((descriptor) => {
    const name = descriptor.annotations?.[annotationNames.refName];
    return { repository, tag: name !== undefined && isTag(name) ? name : undefined, descriptor };
  });
}

function repositoryNames(storage: string, encoded: string): readonly KitName[] {
  const repository = Buffer.from(encoded, 'base64url').toString();
  // A completion of bash would expand what is no tag.
  const tags = Object.entries(readJson(join(storage, encoded + tagsSuffix))).filter(([tag]) => isTag(tag));
  const tagged = tags.flatMap(([tag, value]) =>
    descriptorsOf([value]).map((descriptor) => ({ repository, tag, descriptor })),
  );
  const digests = new Set(tagged.map(({ descriptor }) => descriptor.digest));
  const untagged = descriptorsOf(readJson(join(storage, encoded + indexSuffix))['manifests'])
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

function descriptorsOf(values: unknown): readonly Descriptor[] {
  return (Array.isArray(values) ? values.filter(isObject) : []).flatMap((value) => {
    try {
      return [parseDescriptor(value)];
    } catch {
      return [];
    }
  });
}
