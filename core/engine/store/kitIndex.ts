import { readFileSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { errnoOf } from '../errors/systemError.ts';
import { atomicWrite } from '../files/atomicWrite.ts';
import { parseDescriptor } from '../oci/manifest.ts';
import { annotationNames, mediaTypes } from '../oci/mediaTypes.ts';
import { isObject, parseJsonObject } from '../oci/parseJsonObject.ts';
import type { KitName } from './roles.ts';
import type { StoreLayout } from './storeLayout.ts';

/** The store's `index.json`: our names, and entries of other tools, which are kept as they are. */
export interface KitIndex {
  readonly names: readonly KitName[];
  readonly foreign: readonly unknown[];
}

const emptyIndex: KitIndex = { names: [], foreign: [] };

export function readIndex({ index }: StoreLayout): KitIndex {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(index);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return emptyIndex;
    throw new KitwrightError('store-failed', `Cannot read the index of the store: ${index}.`, { cause: error });
  }
  const { manifests } = parseJsonObject(bytes, `index of the store (${index})`);
  const entries = Array.isArray(manifests) ? manifests : [];
  const read = entries.map((entry) => ({ entry, name: nameOf(entry) }));
  return {
    names: read.flatMap(({ name }) => (name ? [name] : [])),
    foreign: read.flatMap(({ entry, name }) => (name ? [] : [entry])),
  };
}

const repositoryAnnotation = 'dev.kitwright.repository';
const tagAnnotation = 'dev.kitwright.tag';

function nameOf(entry: unknown): KitName | undefined {
  const annotations = isObject(entry) && isObject(entry['annotations']) ? entry['annotations'] : {};
  const { [repositoryAnnotation]: repository, [tagAnnotation]: tag } = annotations;
  if (typeof repository !== 'string') return undefined;
  const { mediaType, digest, size } = parseDescriptor(entry);
  return { repository, tag: typeof tag === 'string' ? tag : undefined, descriptor: { mediaType, digest, size } };
}

export function writeIndex(layout: StoreLayout, { names, foreign }: KitIndex): void {
  const manifests = [...names.map(entryOf), ...foreign];
  const json = { schemaVersion: 2, mediaType: mediaTypes.index, manifests };
  atomicWrite(layout.index, `${JSON.stringify(json)}\n`, layout.tmp);
}

function entryOf({ repository, tag, descriptor }: KitName) {
  return {
    mediaType: descriptor.mediaType,
    digest: descriptor.digest,
    size: descriptor.size,
    annotations: {
      [repositoryAnnotation]: repository,
      ...(tag === undefined ? {} : { [tagAnnotation]: tag, [annotationNames.refName]: `${repository}:${tag}` }),
    },
  };
}

/** Gives a kit a name. A tag moves; the kit that had it stays listed in its repository, as in `kit`. */
export function addName(names: readonly KitName[], added: KitName): readonly KitName[] {
  const { repository, tag, descriptor } = added;
  const others = names.filter(
    (name) =>
      !(
        name.repository === repository &&
        name.tag === tag &&
        (tag !== undefined || same(name, repository, descriptor.digest))
      ),
  );
  const moved = names.find(
    (name) =>
      tag !== undefined &&
      name.repository === repository &&
      name.tag === tag &&
      name.descriptor.digest !== descriptor.digest,
  );
  const orphan = moved && !others.some((name) => same(name, repository, moved.descriptor.digest));
  const rest = others.filter((name) => !(name.tag === undefined && same(name, repository, descriptor.digest)));
  return [...rest, ...(orphan ? [{ ...moved, tag: undefined }] : []), added];
}

function same(a: KitName, repository: string, digest: string): boolean {
  return a.repository === repository && a.descriptor.digest === digest;
}
