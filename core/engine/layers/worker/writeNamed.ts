import { constants, copyFileSync, write } from 'node:fs';
import { promisify } from 'node:util';
import type { IHasher } from 'hash-wasm';
import { type BytePath, baseOf, fsPath } from '../../files/bytePath.ts';
import { changeMode } from '../../files/changeMode.ts';
import { damagedFile } from '../damagedFile.ts';
import type { Meter } from '../Meter.ts';
import type { FilePiece, Recipe } from '../recipe.ts';
import { createFile, writeFully } from './entryWriter.ts';
import { blocksOfFile, readPiece } from './readPiece.ts';

/** Writes the content of an entry into a new file. Throws `descriptor-mismatch`, `content-changed`, `cancelled`. */
export type WriteNamed = (content: Recipe, to: BytePath, mode: number) => Promise<void>;

/** Bytes that are written at a time: to call another thread for fewer takes as long as to write them. */
const unitBytes = 2 * 1024 * 1024;

/**
 * Writes files of the store that are named by their content hash. What was hashed is what is written, from the same memory:
 * another thread writes a unit while this one reads and hashes the next. Where the file system can, a file is cloned instead,
 * and the clone is hashed.
 */
export function createNamedWriter(hasher: IHasher, meter: Meter): WriteNamed {
  const units = twoUnits();
  let canClone = true;
  const check = ({ path }: FilePiece): void => {
    const found = hasher.digest('hex');
    if (found !== baseOf(path)) throw damagedFile(path, baseOf(path), found);
  };
  const append = async (fd: number, piece: FilePiece): Promise<void> => {
    let [unit, used, writing]: [Buffer, number, Promise<void>] = [units.next().value, 0, Promise.resolve()];
    hasher.init();
    try {
      for (const block of blocksOfFile(piece, meter, (length) => unit.subarray(used, used + length))) {
        hasher.update(block);
        used += block.byteLength;
        if (used < unitBytes) continue;
        await writing;
        writing = writeBeside(fd, unit);
        [unit, used] = [units.next().value, 0];
      }
    } finally {
      await writing;
    }
    writeFully(fd, unit.subarray(0, used));
    check(piece);
  };
  const cloned = (piece: FilePiece, to: BytePath, mode: number): boolean => {
    canClone = clone(piece.path, to);
    if (!canClone) return false;
    hasher.init();
    readPiece({ ...piece, path: to }, units.next().value, meter, (block) => hasher.update(block));
    check(piece);
    changeMode(to, mode & 0o777 & ~process.umask());
    return true;
  };
  return async (content, to, mode) => {
    const [piece] = content;
    if (canClone && content.length === 1 && piece?.kind === 'file' && cloned(piece, to, mode)) return;
    using file = createFile(to, mode);
    for (const part of content)
      if (part.kind === 'inline') writeFully(file.fd, part.bytes);
      else await append(file.fd, part);
  };
}

/** While one is written, the other is filled. */
function* twoUnits(): Generator<Buffer, never> {
  const units = [Buffer.allocUnsafeSlow(unitBytes), Buffer.allocUnsafeSlow(unitBytes)];
  for (;;) yield* units;
}

const writeSome = promisify(write);

async function writeBeside(fd: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.byteLength; )
    done += (await writeSome(fd, bytes, done, bytes.byteLength - done, null)).bytesWritten;
}

const { COPYFILE_EXCL, COPYFILE_FICLONE_FORCE } = constants;

/** False where the file system has no clones: nothing was written then, and what is wrong otherwise shows when it is. */
function clone(from: BytePath, to: BytePath): boolean {
  try {
    copyFileSync(fsPath(from), fsPath(to), COPYFILE_EXCL | COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    return false;
  }
}
