import { createHash, type Hash } from 'node:crypto';
import { createReadStream, existsSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  KitwrightError,
  makeDirectories,
  openFile,
  retrying,
  systemError,
  TransientError,
} from '@kitwright/core/plugin';
import type { HubOptions } from './HubOptions.ts';
import { bodyOf, type HubFetch } from './hubFetch.ts';
import type { HubFile } from './listHubFiles.ts';

export interface Download {
  readonly file: HubFile;
  readonly url: string;
  /** The final path; a file there is complete. */
  readonly path: string;
  /** The path of the bytes until they are verified. */
  readonly partial: string;
  readonly onBytes: (done: number) => void;
}

/**
 * Downloads a file, verifies it and renames it to its path; resumes after a cut or a crash. Throws
 * `descriptor-mismatch`, `network-failed`, `disk-full`.
 */
export async function downloadHubFile(
  download: Download,
  request: HubFetch,
  options: HubOptions,
  signal: AbortSignal,
): Promise<void> {
  const { file, path, partial, onBytes } = download;
  if (existsSync(path) && sizeAt(path) === file.size) return onBytes(file.size);
  for (const directory of [dirname(path), dirname(partial)]) makeDirectories(directory, 0o700);
  await fetchVerified(download, request, options, signal);
  await rename(partial, path);
}

function sizeAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** A file with wrong bytes is deleted and downloaded once more. */
async function fetchVerified(download: Download, request: HubFetch, options: HubOptions, signal: AbortSignal) {
  const { file, partial, url } = download;
  for (let attempt = 1; ; attempt++) {
    const progress = () => sizeAt(partial);
    const found = await retrying(() => fetchRest(download, request), { signal, wait: options.wait, progress });
    if (found === file.hash.hex) return;
    rmSync(partial, { force: true });
    if (attempt === 2) throw mismatch(file, new URL(url).host, found);
  }
}

/** Downloads the missing part of the file and returns its hash. Throws `TransientError` after a cut. */
async function fetchRest(download: Download, request: HubFetch): Promise<string> {
  const { file, url, partial, onBytes } = download;
  const { host } = new URL(url);
  if (sizeAt(partial) > file.size) rmSync(partial);
  let [offset, hash] = [sizeAt(partial), hashFor(file)];
  if (offset) await hashPartial(partial, hash);
  onBytes(offset);
  if (offset === file.size && existsSync(partial)) return hash.digest('hex');
  const response = await request(url, offset ? { range: `bytes=${offset}-` } : {});
  await using handle = await openFile(partial, 'a', 0o600);
  if (offset && !goesOnAt(response, offset)) {
    await handle.truncate();
    [offset, hash] = [0, hashFor(file)];
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new TransientError(`${host} does not resume ${file.path}`);
    }
  }
  for await (const bytes of bodyOf(response, host)) {
    offset += bytes.byteLength;
    if (offset > file.size) throw mismatch(file, host, `of more than ${file.size} bytes`);
    hash.update(bytes);
    await append(handle, bytes, partial);
    onBytes(offset);
  }
  if (offset < file.size) throw new TransientError(`${host} sent ${offset} of ${file.size} bytes of ${file.path}`);
  await handle.sync();
  return hash.digest('hex');
}

function hashFor({ hash, size }: HubFile): Hash {
  return hash.algorithm === 'sha256' ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
}

async function hashPartial(path: string, hash: Hash): Promise<void> {
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
}

/** Does the answer begin at this offset? */
function goesOnAt(response: Response, offset: number): boolean {
  return response.status === 206 && new RegExp(`^bytes ${offset}-`).test(response.headers.get('content-range') ?? '');
}

function mismatch({ path, hash }: HubFile, host: string, found: string): KitwrightError {
  return new KitwrightError(
    'descriptor-mismatch',
    `${path} from ${host} is damaged: its hash is ${found}, not ${hash.hex}.`,
    {
      data: { path, found },
    },
  );
}

async function append(handle: FileHandle, bytes: Uint8Array, path: string): Promise<void> {
  try {
    await handle.writeFile(bytes);
  } catch (error) {
    throw systemError(error, 'store-failed', 'write', path);
  }
}
