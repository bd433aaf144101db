import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { systemError } from '../../errors/systemError.ts';
import { fsPath } from '../../files/bytePath.ts';
import { displayPath } from '../../files/displayPath.ts';
import { decodeRecipe, type ExtractJob } from '../jobs.ts';
import { createMeter, type Meter } from '../Meter.ts';
import type { FilePiece } from '../recipe.ts';
import { blockBytes, readPiece } from './readPiece.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
const createNew = O_CREAT | O_EXCL | O_WRONLY | (O_NOFOLLOW ?? 0);

const writeFully = (fd: number, bytes: Uint8Array): void => {
  for (let done = 0; done < bytes.byteLength; ) done += writeSync(fd, bytes, done);
};

const extractOne = (piece: FilePiece, target: string, mode: number, block: Buffer, meter: Meter): void => {
  try {
    const fd = openSync(fsPath(target), createNew, mode);
    try {
      readPiece(piece, block, meter, (bytes) => writeFully(fd, bytes));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw systemError(error, 'unpack-refused', 'write', displayPath(target));
  }
};

/** Writes files from slices of other files. Modes are subject to the umask, as with `kit`. */
export const extractPieces = (job: ExtractJob): void => {
  const pieces = decodeRecipe(job.recipe);
  const targets = job.targets.split('\0');
  const meter = createMeter(job.meter);
  const block = Buffer.allocUnsafeSlow(blockBytes);
  pieces.forEach((piece, i) => {
    if (piece.kind === 'file') extractOne(piece, targets[i] ?? '', job.modes[i] ?? 0o600, block, meter);
  });
};
