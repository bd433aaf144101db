import { existsSync, lstatSync, readdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, relative } from 'node:path';
import { fromNative, textOf } from '../files/bytePath.ts';
import { createPathOpener } from '../files/createPathOpener.ts';
import { openDirectory } from '../files/openDirectory.ts';
import { removeTree } from '../files/removeTree.ts';
import { type Digest, isDigest } from '../oci/digest.ts';
import { plainText } from '../oci/jsonText.ts';
import { isManifestType } from '../oci/mediaTypes.ts';
import type { Attached, KitIndex } from './kitIndex.ts';
import type { RecordHead } from './LayerRecord.ts';
import type { LayerStore } from './layerStore.ts';
import { oldestSession } from './openSession.ts';
import { isGone } from './processIdentity.ts';
import type { SnapshotStore } from './snapshotStore.ts';
import { storedChildren } from './storedChildren.ts';
import type { StoreLayout } from './storeLayout.ts';

export interface Garbage {
  readonly files: number;
  /** Bytes that were freed. */
  readonly bytes: number;
}

/** The parts of a store that are swept. */
export interface SweptStore {
  readonly layout: StoreLayout;
  readonly layers: LayerStore;
  readonly snapshots: SnapshotStore;
}

/** Time in ms for which a download that was cut off is kept, to go on with. */
const partialAge = 7 * 24 * 3_600_000;

/**
 * Frees what no name of the index reaches; the caller holds the lock. What is younger than the oldest running session
 * stays, so builds that are under way lose nothing.
 */
export function sweepStore(store: SweptStore, index: KitIndex): Garbage {
  const { layout } = store;
  const marked = mark(store, index);
  const before = oldestSession(layout);
  const folders = existsSync(layout.objects) ? readdirSync(layout.objects) : [];
  const free = (directory: string, keep: (name: string) => boolean, until = before) =>
    sweep(layout.root, directory, keep, until);
  return sum([
    free(layout.blobs, (name) => marked.blobs.has(name)),
    free(layout.recipes, (name) => marked.recipes.has(name)),
    free(layout.digests, (name) => marked.recipes.has(name)),
    free(layout.packs, (name) => marked.packs.has(name)),
    ...folders.map((folder) => free(join(layout.objects, folder), (name) => marked.objects.has(name), before)),
    free(layout.tmp, (name) => !isAbandoned(join(layout.tmp, name), name)),
    sweepTrees(layout, before),
    free(layout.partials, () => false, Math.min(before, Date.now() - partialAge)),
    free(layout.unsynced, (name) => existsSync(join(layout.blobs, name))),
    free(layout.snapshots, (name) => hasLayer(store, name)),
  ]);
}

/** Frees what only saves time: what is known of layers, which are then read again, and downloads that were cut off. */
export function sweepCaches({ layout }: SweptStore): Garbage {
  const before = oldestSession(layout);
  const caches = [layout.snapshots, layout.digests, layout.partials];
  return sum(caches.map((folder) => sweep(layout.root, folder, () => false, before)));
}

function sum(swept: readonly Garbage[]): Garbage {
  return {
    files: swept.reduce((total, { files }) => total + files, 0),
    bytes: swept.reduce((total, { bytes }) => total + bytes, 0),
  };
}

interface Marked {
  readonly blobs: Set<string>;
  readonly recipes: Set<string>;
  readonly objects: Set<string>;
  readonly packs: Set<string>;
}

/**
 * Everything that a name reaches, and what is attached to it. A foreign entry of the index keeps its manifest's blobs
 * too.
 */
function mark(store: SweptStore, { names, attached, foreign }: KitIndex): Marked {
  const marked: Marked = { blobs: new Set(), recipes: new Set(), objects: new Set(), packs: new Set() };
  const digests = [...names.map(({ descriptor }) => descriptor.digest), ...foreign.flatMap(digestIn)];
  markManifests(
    digests,
    Map.groupBy(attached, ({ subject }) => subject),
    store,
    marked,
  );
  return marked;
}

function digestIn(entry: unknown): readonly Digest[] {
  const digest = typeof entry === 'object' && entry !== null && 'digest' in entry ? plainText(entry.digest) : '';
  return isDigest(digest) ? [digest] : [];
}

/**
 * Each manifest is looked into once, and none waits on the stack: indexes may lie in each other as deeply as they like.
 */
function markManifests(
  roots: readonly Digest[],
  attached: ReadonlyMap<Digest, readonly Attached[]>,
  store: SweptStore,
  marked: Marked,
): void {
  const seen = new Set(roots);
  for (const digest of seen) {
    marked.blobs.add(hex(digest));
    for (const { descriptor } of attached.get(digest) ?? []) seen.add(descriptor.digest);
    for (const { digest: child, mediaType } of storedChildren(store.layout, digest)) {
      if (isManifestType(mediaType)) seen.add(child);
      markBlob(child, store, marked);
    }
  }
}

function markBlob(digest: Digest, store: SweptStore, marked: Marked): void {
  marked.blobs.add(hex(digest));
  marked.recipes.add(hex(digest));
  const record = store.layers.readHead(digest);
  if (record) markRecord(record, marked);
}

function hex(digest: Digest): string {
  return digest.slice('sha256:'.length);
}

function markRecord(record: RecordHead, marked: Marked): void {
  for (const source of record.sources) {
    if (source.kind === 'object') marked.objects.add(source.name);
    else if (source.kind === 'pack') marked.packs.add(source.name);
    else if (source.kind === 'blob') marked.blobs.add(source.name);
  }
}

/**
 * Removes the files of a folder of the store that are not kept and older than every running session. Nothing is removed
 * through a link, which another user of a shared store may have put there. Throws `path-is-link`.
 */
function sweep(root: string, directory: string, keep: (name: string) => boolean, before: number): Garbage {
  if (!existsSync(directory)) return { files: 0, bytes: 0 };
  using opened = openDirectory(root);
  using opener = createPathOpener(opened.path);
  const folder = textOf(opener.open(fromNative(relative(root, directory))));
  // All are looked at first: removing one name of a bundle of records changes the time of the others.
  const swept = readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (!stats || stats.isDirectory() || keep(name) || Math.max(stats.mtimeMs, stats.ctimeMs) >= before) return [];
    return [{ path, bytes: stats.size / stats.nlink }];
  });
  for (const { path } of swept) rmSync(path, { force: true });
  opener.check();
  return { files: swept.length, bytes: Math.round(swept.reduce((total, { bytes }) => total + bytes, 0)) };
}

/** Removes the directories in which a process worked that is gone, if they are older than every running session. */
function sweepTrees({ root, tmp }: StoreLayout, before: number): Garbage {
  if (!existsSync(tmp)) return { files: 0, bytes: 0 };
  using opened = openDirectory(root);
  using opener = createPathOpener(opened.path);
  const folder = opener.open(fromNative(relative(root, tmp)));
  const left = readdirSync(textOf(folder)).filter((name) => {
    const stats = lstatSync(join(textOf(folder), name), { throwIfNoEntry: false });
    return stats?.isDirectory() && stats.ctimeMs < before && isAbandoned(join(tmp, name), name);
  });
  for (const name of left) removeTree(folder, fromNative(name));
  opener.check();
  return { files: left.length, bytes: 0 };
}

/** Time in ms after which a lock claim of a process that we cannot ask (another machine) is a leftover. */
const claimAge = 3_600_000;

/** A temporary file belongs to the process in its name: it stays while that one runs. */
function isAbandoned(path: string, name: string): boolean {
  const pid = Number(/^[a-z]+-(\d+)-/.exec(name)?.[1] ?? 0);
  if (name.startsWith('lock-') && Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < claimAge)
    return false;
  return pid === 0 || (pid !== process.pid && isGone({ pid, host: hostname(), started: '' }));
}

function hasLayer(store: SweptStore, name: string): boolean {
  const snapshot = store.snapshots.read(name);
  return snapshot !== undefined && existsSync(store.layout.recipe(snapshot.digest));
}
