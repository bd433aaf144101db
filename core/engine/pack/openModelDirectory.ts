import { isUtf8 } from 'node:buffer';
import { basename, resolve } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { type BytePath, bytePath, fromNative, joinPath } from '../files/bytePath.ts';
import { type Fingerprint, readFingerprint, sameFingerprint } from '../files/fingerprint.ts';
import { isWithin } from '../files/isWithin.ts';
import { listDirectory, typeOf, type WalkEntry, walk } from '../files/walk.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import { encodeRecipe } from '../layers/jobs.ts';
import { withMeter } from '../layers/withMeter.ts';
import { hexOf } from '../oci/digest.ts';
import { followLink, type LinkBounds, linkBounds } from '../plan/followLink.ts';
import { openPacked } from '../plan/openPacked.ts';
import { eachOf } from '../store/eachOf.ts';

/** What lies in a directory. */
export interface DirectoryEntry {
  /** Below the directory, with `/`; undefined for a name that is no UTF-8. */
  readonly path: string | undefined;
  readonly type: 'file' | 'link' | 'other';
  /** Bytes. */
  readonly size: number;
}

/** A part of a file. */
export interface FileSlice {
  readonly path: string;
  readonly offset: number;
  readonly size: number;
}

/** A directory whose files are hashed; it stays the one that was opened. */
export interface ModelDirectory extends Disposable {
  readonly name: string;
  /**
   * What is below it and not below an ignored path, in byte order, without directories. With `followsLinks` a link to a file
   * within it (or in the cache of the Hub whose snapshot it is) is that file, and one to a directory there is left out.
   */
  readonly list: (options: {
    readonly ignored: readonly string[];
    readonly followsLinks: boolean;
  }) => readonly DirectoryEntry[];
  /** The SHA-256 of slices of listed files, hexadecimal, in the same order. Throws `content-changed`. */
  readonly hash: (slices: readonly FileSlice[]) => Promise<readonly string[]>;
}

interface Place {
  readonly path: BytePath;
  readonly fingerprint: Fingerprint;
}

/** Opens a directory that is signed or verified file by file. Throws `file-unreadable`. */
export function openModelDirectory(
  { pool }: Pick<Kitwright, 'pool'>,
  directory: string,
  signal: AbortSignal,
): ModelDirectory {
  const full = fromNative(resolve(directory));
  const opened = openPacked(directory);
  const bounds = linkBounds(full, opened);
  const places = new Map<string, Place>();
  const digestOf = async ({ path, offset, size }: FileSlice): Promise<string> => {
    const place = places.get(path);
    if (!place) throw new KitwrightError('file-unreadable', `${path} was not listed.`, { data: { path } });
    const isWhole = size === place.fingerprint.size;
    // A part of a file is not as large as the file: that it stays the same is looked at here.
    const recipe = encodeRecipe([{ kind: 'file', ...place, offset, size, ...(isWhole ? {} : { grows: true }) }]);
    const { digest } = await withMeter(signal, ({ buffer: meter }) => pool.hash({ recipe, meter }));
    if (!isWhole) checkUnchanged(path, place);
    return hexOf(digest);
  };
  return {
    name: basename(resolve(directory)),
    list: ({ ignored, followsLinks }) =>
      entriesBelow({ full, bounds, ignored: ignored.map(bytePath), followsLinks, places }),
    hash: async (slices) => {
      const digests: string[] = [];
      await eachOf([...slices.keys()], pool.threads * 2, async (i) => {
        signal.throwIfAborted();
        digests[i] = await digestOf(slices[i] as FileSlice);
      });
      return digests;
    },
    [Symbol.dispose]: () => opened[Symbol.dispose](),
  };
}

function checkUnchanged(path: string, place: Place): void {
  const now = readFingerprint(place.path);
  if (now && sameFingerprint(now, place.fingerprint)) return;
  throw new KitwrightError('content-changed', `${path} changed while it was read.`, { data: { path } });
}

interface Listing {
  readonly full: BytePath;
  readonly bounds: LinkBounds;
  readonly ignored: readonly BytePath[];
  readonly followsLinks: boolean;
  /** Where the bytes of each listed file are. */
  readonly places: Map<string, Place>;
}

function entriesBelow(listing: Listing): readonly DirectoryEntry[] {
  const found: DirectoryEntry[] = [];
  walk(
    listing.full,
    (entry) => {
      if (listing.ignored.some((path) => isWithin(entry.path, path))) return 'skip';
      const listed = entryOf(listing, entry);
      if (listed) found.push(listed);
      return undefined;
    },
    listDirectory,
    '',
    listing.bounds.seen,
  );
  return found;
}

function entryOf(listing: Listing, { path, type, fingerprint }: WalkEntry): DirectoryEntry | undefined {
  const place = joinPath(listing.full, path);
  const followed = type === 'link' && listing.followsLinks ? followLink(listing.bounds, place) : undefined;
  if (type === 'directory' || followed?.outcome === 'directory') return undefined;
  if (followed?.outcome === 'file') return fileAt(listing, path, { path: followed.target, ...followed });
  if (type === 'file') return fileAt(listing, path, { path: place, fingerprint });
  return { path: textIn(path), type: typeOf(fingerprint.mode) === 'link' ? 'link' : 'other', size: 0 };
}

function fileAt({ places }: Listing, path: BytePath, { path: at, fingerprint }: Place): DirectoryEntry {
  const text = textIn(path);
  if (text !== undefined) places.set(text, { path: at, fingerprint });
  return { path: text, type: 'file', size: fingerprint.size };
}

function textIn(path: BytePath): string | undefined {
  const bytes = Buffer.from(path, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : undefined;
}
