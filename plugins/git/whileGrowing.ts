import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError } from '@kitwright/core/plugin';
import { checkExpansion } from './checkRepeats.ts';
import type { GitOptions } from './runGit.ts';
import { sentBytes } from './sentBytes.ts';

/** Shortest time in ms between two looks; they take a tenth of the time at most. */
const [interval, share] = [1000, 10];

/** Bytes that are free, and so many times what was sent for them. */
const [freeBytes, maxExpansion] = [1024 ** 3, 20];

/** Looks at what git has put on the disk so far, and gives its bytes. Throws what ends it. */
export type LookAtGrowth = () => number;

/**
 * Runs git, and ends it where a look says so, or where too little comes: a server may be silent, and some
 * stars in the `.gitattributes` of a repository hold a checkout for ever. Throws `remote-refused`.
 */
export async function whileGrowing<T>(
  options: GitOptions,
  look: LookAtGrowth,
  run: (options: GitOptions) => Promise<T>,
  patience?: number,
): Promise<T> {
  const stop = new AbortController();
  const begun = performance.now();
  let timer: NodeJS.Timeout;
  const lookAgain = () => {
    const at = performance.now();
    try {
      checkPace(look(), at - begun, patience);
    } catch (error) {
      stop.abort(error);
    }
    timer = setTimeout(lookAgain, Math.max(interval, share * (performance.now() - at)));
  };
  timer = setTimeout(lookAgain, interval);
  try {
    const result = await run({ ...options, signal: AbortSignal.any([options.signal, stop.signal]) });
    look();
    return result;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs what only looks, and ends it where it takes too long: a chain of differences is gone through again for each file of
 * it, so forty megabytes take an hour. Throws `remote-refused`.
 */
export function withinPatience<T>(
  options: GitOptions,
  run: (options: GitOptions) => Promise<T>,
  patience?: number,
): Promise<T> {
  return whileGrowing(options, () => 0, run, patience);
}

/** So long git may put nothing on the disk, in ms, and so much longer for each of this many bytes. */
const [usualPatience, bytesPerMs] = [600_000, 16];

/** Throws `remote-refused` for so few bytes in so long a time (ms). */
function checkPace(bytes: number, elapsed: number, patience: number = usualPatience): void {
  if (elapsed <= patience + bytes / bytesPerMs) return;
  throw new KitwrightError(
    'remote-refused',
    `git has put ${bytes} bytes on the disk in ${Math.round(elapsed / 1000)} s: that is too slow to wait for its end.`,
    { data: { bytes }, hint: 'If that is right, clone it yourself, and pack the directory.' },
  );
}

/** The folder of what git has got. */
export function objectsOf({ directory }: Pick<GitOptions, 'directory'>): string {
  return join(directory, '.git', 'objects');
}

/** The bytes of all files below a folder. Throws `remote-refused` if they are more than fits to what was sent. */
export function checkGrowth(folder: string, sentOf: (path: string, size: number) => number = sentBytes): number {
  const paths = filesBelow(folder);
  const size = sumOf(paths, sizeOf);
  if (size <= freeBytes) return size;
  const sent = sumOf(paths, (path) => sentOf(path, sizeOf(path)));
  if (size <= freeBytes + maxExpansion * sent) return size;
  throw new KitwrightError('remote-refused', `The server sent ${size} bytes as ${sent}: they would fill the disk.`, {
    data: { size, sent },
    hint: 'If that is right, clone it yourself, and pack the directory.',
  });
}

/**
 * A look at what git-lfs gets: newer ones unpack zstd that nobody asked for (since 3.8, `tq/basic_download.go`), so some
 * kilobytes become a large file without end. Files that did not change are not read again.
 */
export function lookAtLargeFiles(options: Pick<GitOptions, 'directory'>): LookAtGrowth {
  const known = new Map<string, number>();
  const sentOf = (path: string, size: number): number => {
    const key = `${size} ${path}`;
    const sent = known.get(key) ?? sentBytes(path);
    known.set(key, sent);
    return sent;
  };
  return () => checkGrowth(largeFilesOf(options), sentOf);
}

/** The folder of the large files that git-lfs has got. */
export function largeFilesOf({ directory }: Pick<GitOptions, 'directory'>): string {
  return join(directory, '.git', 'lfs');
}

/**
 * A look at all of a clone, of which so many bytes were sent: git converts files as attributes of the repository say
 * (`ident`, `working-tree-encoding`), and may make fifty bytes of one.
 */
export function lookAtClone({ directory }: Pick<GitOptions, 'directory'>): LookAtGrowth {
  // What git-lfs got was looked at while it came.
  const sent = sentBelow(objectsOf({ directory })) + bytesBelow(largeFilesOf({ directory }));
  return () => {
    const size = bytesBelow(directory);
    checkExpansion(size, sent);
    return size;
  };
}

/** The bytes of all files below a folder. */
export function bytesBelow(folder: string): number {
  return sumOf(filesBelow(folder), sizeOf);
}

/** The bytes in which all files below a folder came. */
export function sentBelow(folder: string): number {
  return sumOf(filesBelow(folder), sentBytes);
}

/** Folders come and go while git works. */
function filesBelow(folder: string): readonly string[] {
  const [files, folders] = [[] as string[], [folder]];
  for (const each of folders)
    for (const entry of entriesOf(each)) {
      if (entry.isFile()) files.push(join(each, entry.name));
      if (entry.isDirectory()) folders.push(join(each, entry.name));
    }
  return files;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function sumOf(paths: readonly string[], bytesOf: (path: string) => number): number {
  return paths.reduce((sum, path) => sum + bytesOf(path), 0);
}

/** What is gone meanwhile counts for nothing. */
function sizeOf(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
