import { constants, renameSync, rmSync, statSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { errnoOf, systemError } from '../../errors/systemError.ts';
import { commitFile, temporaryName } from '../../files/atomicWrite.ts';
import { type BytePath, fsPath } from '../../files/bytePath.ts';
import { displayPath } from '../../files/displayPath.ts';
import { readFingerprint, sameFingerprint } from '../../files/fingerprint.ts';
import type { FilePiece } from '../../layers/recipe.ts';
import type { StoredSource } from '../../store/LayerRecord.ts';
import type { StoreLayout } from '../../store/layout.ts';

/** How file contents enter the store: a snapshot for free, a copy, or not at all. `auto` = reflink, else copy. */
export type CaptureMode = 'auto' | 'reflink' | 'copy' | 'reference';

const flags: Readonly<Record<Exclude<CaptureMode, 'reference'>, number>> = {
  auto: constants.COPYFILE_FICLONE,
  reflink: constants.COPYFILE_FICLONE_FORCE,
  copy: 0,
};

/** A copy that the kernel made, under a temporary name until the hash says what it is. */
export interface CapturedFile {
  readonly piece: FilePiece;
  readonly temporary: string;
}

/**
 * Copies a file into the store by the kernel, beside the hash pass. If the path still has its fingerprint afterwards,
 * the copy and the hash saw the same bytes. Throws `content-changed`, `disk-full`, `store-failed`.
 */
export const captureFile = async (
  layout: StoreLayout,
  piece: FilePiece,
  mode: Exclude<CaptureMode, 'reference'>,
): Promise<CapturedFile> => {
  const temporary = join(layout.tmp, temporaryName('object'));
  try {
    await copyFile(fsPath(piece.path), temporary, flags[mode] | constants.COPYFILE_EXCL);
  } catch (error) {
    rmSync(temporary, { force: true });
    if (errnoOf(error) === 'ENOENT') throw changed(piece.path, error);
    throw systemError(error, 'store-failed', 'copy', displayPath(piece.path));
  }
  const after = readFingerprint(piece.path);
  if (piece.print && after && sameFingerprint(after, piece.print)) return { piece, temporary };
  rmSync(temporary, { force: true });
  throw changed(piece.path);
};

const changed = (path: BytePath, cause?: unknown): KitwrightError =>
  new KitwrightError('content-changed', `${displayPath(path)} changed while it was copied.`, {
    data: { path: displayPath(path) },
    cause,
  });

const sourceOf = (kind: 'object' | 'pack' | 'blob', name: string, path: string): StoredSource => {
  const { size, mtimeNs } = statSync(path, { bigint: true });
  return { kind, name, size: Number(size), mtimeNs: String(mtimeNs) };
};

/** Gives a captured file its name, which is its content hash (hex). One that is there already, complete, stays. */
export const commitObject = async (
  layout: StoreLayout,
  captured: CapturedFile,
  name: string,
): Promise<StoredSource> => {
  const path = layout.object(name);
  if (statSync(path, { throwIfNoEntry: false })?.size === captured.piece.size)
    rmSync(captured.temporary, { force: true });
  else {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await commitFile(captured.temporary, path);
  }
  return sourceOf('object', name, path);
};

/** Gives a finished pack (already synced by its writer) its final name. */
export const commitPack = (layout: StoreLayout, temporary: string): StoredSource => {
  const name = temporaryName('pack');
  const path = join(layout.packs, name);
  renameSync(temporary, path);
  return sourceOf('pack', name, path);
};

/** Gives a compressed or materialised layer its name in `blobs/`. */
export const commitBlob = async (layout: StoreLayout, temporary: string, hex: string): Promise<StoredSource> => {
  const path = join(layout.blobs, hex);
  await commitFile(temporary, path);
  return sourceOf('blob', hex, path);
};
