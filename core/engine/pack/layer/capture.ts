import { constants, renameSync, rmSync, statSync } from 'node:fs';
import { copyFile, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { errnoOf, systemError } from '../../errors/systemError.ts';
import { commitFile, temporaryName } from '../../files/atomicWrite.ts';
import { type BytePath, fsPath } from '../../files/bytePath.ts';
import { displayPath } from '../../files/displayPath.ts';
import { fingerprintOf, sameFingerprint } from '../../files/fingerprint.ts';
import { makeDirectories } from '../../files/makeDirectories.ts';
import { descriptorPath } from '../../files/openDirectory.ts';
import { openFile } from '../../files/openFile.ts';
import { readOnly } from '../../files/readPlainFile.ts';
import type { FilePiece } from '../../layers/recipe.ts';
import type { StoredSource } from '../../store/LayerRecord.ts';
import type { StoreLayout } from '../../store/storeLayout.ts';

/** A file in the store, under a temporary name until its hash is known. */
export interface CapturedFile {
  readonly piece: FilePiece;
  readonly temporary: string;
}

/** Error codes of systems that cannot clone. */
const cannotClone = new Set(['ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'EINVAL', 'ENOSYS', 'ENOTTY', 'EPERM']);

/**
 * Clones the file that the scan saw, over a handle: whatever takes its name is not cloned. If it still has its
 * fingerprint afterwards, the clone and the hash saw the same bytes. Undefined if the file system cannot clone. A plain
 * copy is not made this way, because libuv's never ends if the file becomes shorter meanwhile. Throws
 * `content-changed`, `disk-full`, `store-failed`.
 */
export async function cloneFile(layout: StoreLayout, piece: FilePiece): Promise<CapturedFile | undefined> {
  const temporary = join(layout.tmp, temporaryName('object'));
  try {
    await using source = await openFile(fsPath(piece.path), readOnly);
    await requireSeen(source, piece);
    const from = descriptorPath(source.fd) ?? fsPath(piece.path);
    await copyFile(from, temporary, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
    await requireSeen(source, piece);
    return { piece, temporary };
  } catch (error) {
    rmSync(temporary, { force: true });
    const errno = errnoOf(error);
    if (errno === 'ENOENT') throw changed(piece.path, error);
    if (errno && cannotClone.has(errno)) return undefined;
    throw systemError(error, 'store-failed', 'clone', displayPath(piece.path));
  }
}

/** For those who want clones only. */
export function cannotReflink(): KitwrightError {
  return new KitwrightError('store-failed', 'The file system cannot clone files into the store.', {
    hint: 'Use --capture copy, or keep the store on the same file system (btrfs, XFS, APFS).',
  });
}

async function requireSeen(source: FileHandle, { path, fingerprint }: FilePiece): Promise<void> {
  const found = fingerprintOf(await source.stat({ bigint: true }));
  if (!fingerprint || !sameFingerprint(found, fingerprint)) throw changed(path);
}

function changed(path: BytePath, cause?: unknown): KitwrightError {
  return new KitwrightError('content-changed', `${displayPath(path)} changed while it was copied.`, {
    data: { path: displayPath(path) },
    cause,
  });
}

/**
 * How file contents enter the store: as a clone by the file system, as a copy that is written while they are hashed, or
 * only as a reference to the file. `auto` = reflink where that works, else copy.
 */
export type CaptureMode = 'auto' | 'reflink' | 'copy' | 'reference';

/** Renames a captured file to its content hash (hex). A complete file of that name is kept. */
export async function commitObject(layout: StoreLayout, captured: CapturedFile, name: string): Promise<StoredSource> {
  const path = layout.object(name);
  if (statSync(path, { throwIfNoEntry: false })?.size === captured.piece.size)
    rmSync(captured.temporary, { force: true });
  else {
    makeDirectories(dirname(path), 0o700);
    await commitFile(captured.temporary, path);
  }
  return sourceOf('object', name, path);
}

function sourceOf(kind: 'object' | 'pack' | 'blob', name: string, path: string): StoredSource {
  const { size, mtimeNs } = statSync(path, { bigint: true });
  return { kind, name, size: Number(size), mtimeNs: String(mtimeNs) };
}

/** Renames a finished pack file, which its writer has synced, to its final name. */
export function commitPack(layout: StoreLayout, temporary: string): StoredSource {
  const name = temporaryName('pack');
  const path = join(layout.packs, name);
  renameSync(temporary, path);
  return sourceOf('pack', name, path);
}

/** Renames a compressed or materialised layer to its name in `blobs/`. */
export async function commitBlob(layout: StoreLayout, temporary: string, hex: string): Promise<StoredSource> {
  const path = join(layout.blobs, hex);
  await commitFile(temporary, path);
  return sourceOf('blob', hex, path);
}
