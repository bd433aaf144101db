import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { errnoOf, systemError } from '../../errors/systemError.ts';
import { fsPath } from '../../files/bytePath.ts';
import { displayPath } from '../../files/displayPath.ts';
import { fingerprintOf, sameFingerprint } from '../../files/fingerprint.ts';
import { readOnly } from '../../files/readPlainFile.ts';
import type { Meter } from '../Meter.ts';
import type { FilePiece } from '../recipe.ts';
import { pauseAfter } from './throttle.ts';

/** Hands the blocks of a piece to a function. The block is used again and again: take what you need at once. */
export function readPiece(piece: FilePiece, block: Buffer, meter: Meter, sink: (block: Buffer) => void): void {
  for (const bytes of blocksOfFile(piece, meter, () => block)) sink(bytes);
}

/** Bytes that are read at a time: few enough to be still in the core's cache when they are hashed. */
export const blockBytes = 256 * 1024;

/** Bytes after which a file is looked at again: of a large one that changed, no more than this is read in vain. */
const lookAgain = 64 * 1024 * 1024;

/**
 * Reads a piece in blocks. With a fingerprint, the file that was open must still have it after the last byte (or have
 * grown, if it is one that grows): then these bytes are the content that the scan saw. Throws `content-changed` or
 * `file-unreadable`; `cancelled` if the meter says so. `supply` gives the buffer of each block, of `longest` bytes, and may
 * know how much of it is wanted; without it every block is a fresh one.
 */
export function* blocksOfFile(
  piece: FilePiece,
  meter: Meter,
  supply: (length: number) => Buffer = Buffer.allocUnsafeSlow,
  longest = blockBytes,
): Generator<Buffer> {
  const fd = open(piece);
  try {
    // Of another file not one byte is used: a block may be sent on before the last one was read.
    checkUnchanged(fd, piece);
    for (let done = 0; done < piece.size; ) {
      if (meter.cancelled()) throw new KitwrightError('cancelled', 'Cancelled.');
      const length = Math.min(longest, piece.size - done);
      const into = supply(length);
      readFully(fd, piece, into, 0, length, piece.offset + done);
      done += length;
      meter.add(length);
      if (done % lookAgain === 0) checkUnchanged(fd, piece);
      yield length === into.byteLength ? into : into.subarray(0, length);
      pauseAfter(length);
    }
    checkUnchanged(fd, piece);
  } finally {
    closeSync(fd);
  }
}

function open(piece: FilePiece): number {
  try {
    return openSync(fsPath(piece.path), readOnly);
  } catch (error) {
    if (piece.fingerprint && errnoOf(error) === 'ENOENT') throw changed(piece, 'was removed', 'before');
    throw systemError(error, piece.fingerprint ? 'file-unreadable' : 'store-failed', 'read', displayPath(piece.path));
  }
}

function readFully(fd: number, piece: FilePiece, into: Buffer, at: number, length: number, from: number): void {
  for (let done = 0; done < length; ) {
    const count = readSync(fd, into, at + done, length - done, from + done);
    if (count === 0) throw changed(piece, 'became shorter');
    done += count;
  }
}

function changed(piece: FilePiece, how: string, when = 'while'): KitwrightError {
  return new KitwrightError('content-changed', `${displayPath(piece.path)} ${how} ${when} it was read.`, {
    data: { path: displayPath(piece.path) },
  });
}

function checkUnchanged(fd: number, piece: FilePiece): void {
  const { fingerprint } = piece;
  if (!fingerprint) return;
  const now = fingerprintOf(fstatSync(fd, { bigint: true }));
  if (sameFingerprint(now, fingerprint)) return;
  const hasGrown = now.dev === fingerprint.dev && now.ino === fingerprint.ino && now.size > piece.size;
  if (!piece.grows || !hasGrown) throw changed(piece, 'changed');
}

/** Reads a small piece into `into` at `at`, without a detour. */
export function readInto(piece: FilePiece, into: Buffer, at: number): void {
  const fd = open(piece);
  try {
    readFully(fd, piece, into, at, piece.size, piece.offset);
    checkUnchanged(fd, piece);
  } finally {
    closeSync(fd);
  }
}
