import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, lutimesSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path/posix';
import type { TreeEntry } from './goldenCase.ts';

const defaultTime = 1_700_000_000;

/** Makes the entries of a case in order, below `base`, with modes and times set at the end. */
export function makeTree(base: string, entries: readonly TreeEntry[]): void {
  mkdirSync(base, { recursive: true });
  for (const entry of entries) make(base, entry);
  for (const entry of entries)
    if (entry.mode !== undefined) chmodSync(under(base, bytesOf(entry)), Number.parseInt(entry.mode, 8));
  for (const entry of entries.toReversed()) setTime(under(base, bytesOf(entry)), entry.mtime ?? defaultTime);
}

function make(base: string, entry: TreeEntry): void {
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
}

function under(base: string, path: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${base}/`), path]);
}

function bytesOf(entry: TreeEntry): Buffer {
  return entry.pathHex === undefined ? Buffer.from(entry.path ?? '') : Buffer.from(entry.pathHex, 'hex');
}

function parentOf(path: Buffer): Buffer {
  return Buffer.from(dirname(path.toString('latin1')), 'latin1');
}

function contentOf(entry: TreeEntry): string | Uint8Array {
  if (entry.text !== undefined) return entry.text;
  if (entry.base64 !== undefined) return Buffer.from(entry.base64, 'base64');
  return generated(entry.size ?? 0, entry.seed ?? 0);
}

function generated(size: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (seed * 31 + i * 7 + (i >> 8) * 13) & 0xff);
}

/** Nanoseconds matter to raw layers; `touch` takes them as decimal text, which keeps all digits. */
function setTime(path: Buffer, mtime: number): void {
  if (Number.isInteger(mtime)) lutimesSync(path, mtime, mtime);
  else execFileSync('touch', ['-h', '-d', `@${mtime}`, path.toString()]);
}

export function withUmask<T>(umask: string | undefined, run: () => T): T {
  const before = process.umask(Number.parseInt(umask ?? '0022', 8));
  try {
    return run();
  } finally {
    process.umask(before);
  }
}
