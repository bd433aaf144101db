import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { atomicWrite, makeDirectories, systemError, withLock } from '@kitwright/core/internal';
import type { ConfigFile } from '../config/ConfigFile.ts';
import { isOwn } from './isOwn.ts';

/** A config file that the user trusts. If path, owner or bytes differ, it is not trusted. */
export interface TrustedFile {
  /** Real path. */
  readonly path: string;
  readonly owner: number;
  /** SHA-256 of the file, hexadecimal. */
  readonly sha256: string;
}

/** Is exactly this file trusted? `root` is the root of the data; without one nothing is trusted. */
export function isTrustedFile(root: string | undefined, file: ConfigFile): boolean {
  const wanted = trustedFileOf(file);
  return (
    root !== undefined &&
    readTrusted(root).some(
      ({ path, owner, sha256 }) => path === wanted.path && owner === wanted.owner && sha256 === wanted.sha256,
    )
  );
}

/** Stores a file as trusted, in place of another version at its path. Throws `store-failed`, `store-locked`. */
export async function trustFile(root: string, file: ConfigFile): Promise<void> {
  const trusted = trustedFileOf(file);
  await change(root, (files) => [...files.filter(({ path }) => path !== trusted.path), trusted]);
}

/** Removes these files from the list. Throws `store-failed`, `store-locked`. */
export async function forgetFiles(root: string, forgotten: readonly TrustedFile[]): Promise<void> {
  await change(root, (files) => files.filter(({ path }) => !forgotten.some((file) => file.path === path)));
}

/** The files that are trusted. A list to which others can write is ignored. */
export function readTrusted(root: string): readonly TrustedFile[] {
  const path = listIn(root);
  try {
    if (!isPrivate(path)) return [];
    const { files } = JSON.parse(readFileSync(path, 'utf8')) as { readonly files: readonly TrustedFile[] };
    return files.filter((file) => typeof file?.path === 'string' && typeof file.sha256 === 'string');
  } catch {
    return [];
  }
}

/** Is this a file (no link) to which only the user and root can write? */
function isPrivate(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats?.isFile()) return false;
  return process.platform === 'win32' || (isOwn(stats.uid) && (stats.mode & 0o022) === 0);
}

function listIn(root: string): string {
  return join(root, 'trusted.json');
}

function trustedFileOf({ path, owner, bytes }: ConfigFile): TrustedFile {
  return {
    path: join(realpathSync(dirname(path)), basename(path)),
    owner,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

/** Changes the list under a lock, because several processes may change it at once. */
async function change(root: string, changed: (files: readonly TrustedFile[]) => readonly TrustedFile[]): Promise<void> {
  try {
    makeDirectories(root, 0o700);
    await withLock(`${listIn(root)}.lock`, root, () => write(root, changed(readTrusted(root))));
  } catch (error) {
    throw systemError(error, 'store-failed', 'write', listIn(root));
  }
}

function write(root: string, files: readonly TrustedFile[]): void {
  const path = listIn(root);
  try {
    // An atomic write keeps the permissions of the file that it replaces.
    if (!isPrivate(path)) {
      rmSync(path, { force: true });
      writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
    }
    atomicWrite(path, `${JSON.stringify({ files }, undefined, 2)}\n`);
  } catch (error) {
    throw systemError(error, 'store-failed', 'write', path);
  }
}
