import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, lutimesSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path/posix';
import type { TreeEntry } from './goldenCase.ts';

const defaultTime = 1_700_000_000;

const generated = (size: number, seed: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => (seed * 31 + i * 7 + (i >> 8) * 13) & 0xff);

const bytesOf = (entry: TreeEntry): Buffer =>
  entry.pathHex === undefined ? Buffer.from(entry.path ?? '') : Buffer.from(entry.pathHex, 'hex');

const under = (base: string, path: Buffer): Buffer => Buffer.concat([Buffer.from(`${base}/`), path]);

const parentOf = (path: Buffer): Buffer => Buffer.from(dirname(path.toString('latin1')), 'latin1');

const contentOf = (entry: TreeEntry): string | Uint8Array => {
  if (entry.text !== undefined) return entry.text;
  if (entry.base64 !== undefined) return Buffer.from(entry.base64, 'base64');
  return generated(entry.size ?? 0, entry.seed ?? 0);
};

const make = (base: string, entry: TreeEntry): void => {
  const path = under(base, bytesOf(entry));
  mkdirSync(parentOf(path), { recursive: true });
  if (entry.dir) mkdirSync(path, { recursive: true });
  else if (entry.symlink !== undefined) symlinkSync(entry.symlink, path);
  else if (entry.hardlink !== undefined) linkSync(`${base}/${entry.hardlink}`, path);
  else if (entry.fifo) execFileSync('mkfifo', [path.toString()]);
  else if (entry.sparse !== undefined) {
    writeFileSync(path, '');
    truncateSync(path, entry.sparse);
  } else writeFileSync(path, contentOf(entry));
};

/** Nanoseconds matter to raw layers; `touch` takes them as decimal text, which no double can spoil. */
const setTime = (path: Buffer, mtime: number): void => {
  if (Number.isInteger(mtime)) lutimesSync(path, mtime, mtime);
  else execFileSync('touch', ['-h', '-d', `@${mtime}`, path.toString()]);
};

/** Makes the entries of a case in order, below `base`, with modes and times set at the end. */
export const makeTree = (base: string, entries: readonly TreeEntry[]): void => {
  mkdirSync(base, { recursive: true });
  for (const entry of entries) make(base, entry);
  for (const entry of entries)
    if (entry.mode !== undefined) chmodSync(under(base, bytesOf(entry)), Number.parseInt(entry.mode, 8));
  for (const entry of entries.toReversed()) setTime(under(base, bytesOf(entry)), entry.mtime ?? defaultTime);
};

export const withUmask = <T>(umask: string | undefined, run: () => T): T => {
  const before = process.umask(Number.parseInt(umask ?? '0022', 8));
  try {
    return run();
  } finally {
    process.umask(before);
  }
};
