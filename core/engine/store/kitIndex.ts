import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { errnoOf } from '../errors/systemError.ts';
import { atomicWrite, temporaryName } from '../files/atomicWrite.ts';
import { giveName } from '../files/giveName.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, isDigest } from '../oci/digest.ts';
import { parseDescriptor } from '../oci/manifest.ts';
import { annotationNames } from '../oci/mediaTypes.ts';
import { isObject, type JsonObject, parseJsonObject } from '../oci/parseJsonObject.ts';
import { ociIndexText } from './ociIndex.ts';
import type { KitName } from './roles.ts';
import type { StoreLayout } from './storeLayout.ts';

/** The store's `index.json`: our names, what belongs to kits, and entries of other tools, which are kept as they are. */
export interface KitIndex {
  readonly names: readonly KitName[];
  readonly attached: readonly Attached[];
  readonly foreign: readonly unknown[];
}

/** A referrer: it stays as long as its subject does. It is no kit, and has no name among the kits. */
export interface Attached {
  readonly descriptor: Descriptor;
  readonly subject: Digest;
  /** Where cosign named it; undefined where its own `subject` makes it belong. */
  readonly name: { readonly repository: string; readonly tag: string } | undefined;
}

const emptyIndex: KitIndex = { names: [], attached: [], foreign: [] };

/**
 * The index of the store. Throws `store-damaged` where it is missing or cannot be read although the store holds
 * something: an empty index would let everything be swept.
 */
export function readIndex(layout: StoreLayout): KitIndex {
  const bytes = bytesOf(layout.index);
  if (bytes !== undefined) return parseIndex(bytes, layout.index);
  if (!holdsContents(layout)) return emptyIndex;
  throw damaged(layout.index, 'is missing, and the store holds contents');
}

function bytesOf(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw new KitwrightError('store-failed', `Cannot read the index of the store: ${path}.`, { cause: error });
  }
}

function holdsContents({ blobs, recipes }: StoreLayout): boolean {
  return [blobs, recipes].some((folder) => existsSync(folder) && readdirSync(folder).length > 0);
}

function parseIndex(bytes: Uint8Array, path: string): KitIndex {
  if (bytes.byteLength === 0) throw damaged(path, 'is empty');
  try {
    const { manifests } = parseJsonObject(bytes, 'index');
    if (!Array.isArray(manifests)) throw damaged(path, 'has no list of kits');
    const read = manifests.map((entry: unknown) => ({ entry, name: nameOf(entry), attached: attachedOf(entry) }));
    return {
      names: read.flatMap(({ name }) => name ?? []),
      attached: read.flatMap(({ attached }) => attached ?? []),
      foreign: read.flatMap(({ entry, name, attached }) => (name || attached ? [] : [entry])),
    };
  } catch (error) {
    throw error instanceof KitwrightError && error.code === 'store-damaged'
      ? error
      : damaged(path, 'cannot be understood', error);
  }
}

function damaged(path: string, why: string, cause?: unknown): KitwrightError {
  return new KitwrightError('store-damaged', `The index of the store ${why}: ${path}.`, { data: { path }, cause });
}

/** What can still be read of an index that is damaged, or of the one before it; nothing of one that is missing. */
export function salvageIndex({ index, previousIndex }: StoreLayout): Omit<KitIndex, 'foreign'> {
  for (const path of [index, previousIndex]) {
    try {
      const { manifests } = parseJsonObject(readFileSync(path), 'index');
      if (Array.isArray(manifests))
        return {
          names: manifests.flatMap((entry) => readable(nameOf, entry)),
          attached: manifests.flatMap((entry) => readable(attachedOf, entry)),
        };
    } catch {
      // The next one may be better.
    }
  }
  return emptyIndex;
}

function readable<T>(read: (entry: unknown) => T | undefined, entry: unknown): readonly T[] {
  try {
    const found = read(entry);
    return found === undefined ? [] : [found];
  } catch {
    return [];
  }
}

const repositoryAnnotation = 'dev.kitwright.repository';
const tagAnnotation = 'dev.kitwright.tag';

const subjectAnnotation = 'dev.kitwright.subject';

function nameOf(entry: unknown): KitName | undefined {
  const { [repositoryAnnotation]: repository, [tagAnnotation]: tag, [subjectAnnotation]: subject } = notesOf(entry);
  if (typeof repository !== 'string' || subject !== undefined) return undefined;
  const { mediaType, digest, size } = parseDescriptor(entry);
  return { repository, tag: typeof tag === 'string' ? tag : undefined, descriptor: { mediaType, digest, size } };
}

function notesOf(entry: unknown): JsonObject {
  return isObject(entry) && isObject(entry['annotations']) ? entry['annotations'] : {};
}

function attachedOf(entry: unknown): Attached | undefined {
  const { [repositoryAnnotation]: repository, [tagAnnotation]: tag, [subjectAnnotation]: subject } = notesOf(entry);
  if (typeof subject !== 'string' || !isDigest(subject)) return undefined;
  const { annotations: _, ...descriptor } = parseDescriptor(entry);
  const name = typeof repository === 'string' && typeof tag === 'string' ? { repository, tag } : undefined;
  return { descriptor, subject, name };
}

/** Throws `store-failed`, also for an index that nobody could read: then the old one stays. */
export function writeIndex(layout: StoreLayout, index: KitIndex): void {
  const text = indexText(index);
  keepPrevious(layout);
  atomicWrite(layout.index, text, layout.tmp);
}

function indexText({ names, attached, foreign }: KitIndex): string {
  return ociIndexText([...names.map(entryOf), ...attached.map(attachedEntry), ...foreign]);
}

/**
 * Gives a store that holds nothing its index, before anything else is in it: one that is missing later was lost.
 * Another process may do the same.
 */
export function createIndex(layout: StoreLayout): void {
  if (existsSync(layout.index) || holdsContents(layout)) return;
  const temporary = join(layout.tmp, temporaryName());
  atomicWrite(temporary, indexText(emptyIndex), layout.tmp);
  try {
    giveName(temporary, layout.index);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** The names of the index before are there if the next one is lost. */
function keepPrevious({ index, previousIndex }: StoreLayout): void {
  try {
    rmSync(previousIndex, { force: true });
    giveName(index, previousIndex);
  } catch {
    // There is none yet, or it cannot be kept.
  }
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

function attachedEntry({ descriptor, subject, name }: Attached) {
  return {
    ...descriptor,
    annotations: {
      [subjectAnnotation]: subject,
      ...(name && {
        [repositoryAnnotation]: name.repository,
        [tagAnnotation]: name.tag,
        [annotationNames.refName]: `${name.repository}:${name.tag}`,
      }),
    },
  };
}

/** Adds what belongs to kits, one after the other. A tag of cosign moves. The index itself if all is there already. */
export function addAttached(index: KitIndex, added: readonly Attached[]): KitIndex {
  const [attached, before] = [new Map<string, Attached>(), new Map(index.attached.map((one) => [keyOf(one), one]))];
  for (const one of added) attached.set(keyOf(one), one);
  const fresh = [...attached].filter(([key, one]) => before.get(key)?.descriptor.digest !== one.descriptor.digest);
  if (!fresh.length) return index;
  const keys = new Set(fresh.map(([key]) => key));
  return {
    ...index,
    attached: [...index.attached.filter((one) => !keys.has(keyOf(one))), ...fresh.map(([, one]) => one)],
  };
}

function keyOf({ descriptor, name }: Attached): string {
  return name ? tagKey(name.repository, name.tag) : descriptor.digest;
}

/** Gives kits names, one after the other. A tag moves; the kit that had it stays listed in its repository, as in `kit`. */
export function addNames(before: readonly KitName[], added: readonly KitName[]): readonly KitName[] {
  const names = new Map<string, KitName>();
  for (const name of before) if (!names.has(nameKey(name))) names.set(nameKey(name), name);
  // How many names a kit has in a repository: one that loses its last one stays without.
  const counts = new Map<string, number>();
  const count = ({ repository, descriptor }: KitName, by: number) => {
    const key = digestKey(repository, descriptor.digest);
    counts.set(key, (counts.get(key) ?? 0) + by);
    return counts.get(key) ?? 0;
  };
  const put = (name: KitName) => {
    names.set(nameKey(name), name);
    count(name, 1);
  };
  const take = (key: string) => {
    const name = names.get(key);
    if (name && names.delete(key)) return { name, left: count(name, -1) };
    return undefined;
  };
  for (const name of names.values()) count(name, 1);
  for (const name of added) {
    const moved = take(nameKey(name));
    const { repository, descriptor } = name;
    take(digestKey(repository, descriptor.digest));
    if (moved && moved.left === 0 && moved.name.descriptor.digest !== descriptor.digest)
      put({ ...moved.name, tag: undefined });
    put(name);
  }
  return [...names.values()];
}

function nameKey({ repository, tag, descriptor }: KitName): string {
  return tag === undefined ? digestKey(repository, descriptor.digest) : tagKey(repository, tag);
}

/** Neither a tag nor a digest has a line break. */
function tagKey(repository: string, tag: string): string {
  return `${repository}\n:${tag}`;
}

function digestKey(repository: string, digest: string): string {
  return `${repository}\n@${digest}`;
}
