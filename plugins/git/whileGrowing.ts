import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError } from '@kitwright/core/plugin';
import type { GitOptions } from './runGit.ts';
import { sentBytes } from './sentBytes.ts';

/** ms between two looks at what a fetch has put on the disk. */
const interval = 1000;

/** Bytes that are free, and so many times what was sent for them. */
const [freeBytes, maxExpansion] = [1024 ** 3, 20];

/** Runs git, and ends it where it puts more on the disk than fits to what its server sends. Throws `remote-refused`. */
export async function whileGrowing<T>(options: GitOptions, run: (options: GitOptions) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const timer = setInterval(() => {
    try {
      checkGrowth(objectsOf(options));
    } catch (error) {
      stop.abort(error);
    }
  }, interval);
  try {
    return await run({ ...options, signal: AbortSignal.any([options.signal, stop.signal]) });
  } finally {
    clearInterval(timer);
  }
}

/** The folder of what git has got. */
export function objectsOf({ directory }: Pick<GitOptions, 'directory'>): string {
  return join(directory, '.git', 'objects');
}

/** Throws `remote-refused` if the files below a folder are more than fits to what was sent. */
export function checkGrowth(folder: string): void {
  const paths = filesBelow(folder);
  const size = sumOf(paths, sizeOf);
  if (size <= freeBytes) return;
  const sent = sumOf(paths, sentBytes);
  if (size <= freeBytes + maxExpansion * sent) return;
  throw new KitwrightError('remote-refused', `The server sent ${size} bytes as ${sent}: they would fill the disk.`, {
    data: { size, sent },
    hint: 'If that is right, clone it yourself, and pack the directory.',
  });
}

/** The bytes in which all files below a folder came. */
export function sentBelow(folder: string): number {
  return sumOf(filesBelow(folder), sentBytes);
}

function filesBelow(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => join(parentPath, name));
}

function sumOf(paths: readonly string[], bytesOf: (path: string) => number): number {
  return paths.reduce((sum, path) => sum + bytesOf(path), 0);
}

/** What is gone meanwhile counts for nothing. */
function sizeOf(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
