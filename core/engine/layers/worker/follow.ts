import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { fsPath } from '../../files/bytePath.ts';
import type { FollowJob } from '../jobs.ts';
import { blockBytes } from './readPiece.ts';

/** Time in ms after which a waiting thread looks whether it was cancelled. */
const patience = 1000;

/** Waits until more than `done` bytes are there. Throws `cancelled`. */
const waitFor = (available: BigInt64Array, done: number): number => {
  for (;;) {
    const there = Atomics.load(available, 0);
    if (there < 0n) throw new KitwrightError('cancelled', 'Cancelled.');
    if (there > BigInt(done)) return Number(there);
    Atomics.wait(available, 0, there, patience);
  }
};

/** The SHA-256 of a file that is still being written: each byte is hashed as soon as all before it are there. */
export const followFile = ({ path, size, available }: FollowJob): string => {
  const counter = new BigInt64Array(available);
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafeSlow(blockBytes);
  const fd = openSync(fsPath(path), 'r');
  try {
    for (let done = 0; done < size; ) {
      const end = Math.min(waitFor(counter, done), size);
      while (done < end) {
        const count = readSync(fd, block, 0, Math.min(blockBytes, end - done), done);
        if (count === 0) throw new KitwrightError('content-changed', 'A file became shorter while it was received.');
        hash.update(count === blockBytes ? block : block.subarray(0, count));
        done += count;
      }
    }
  } finally {
    closeSync(fd);
  }
  return `sha256:${hash.digest('hex')}`;
};
