import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { fsPath } from '../../files/bytePath.ts';
import type { FollowJob } from '../jobs.ts';
import { openOwnFiles } from '../ownFiles.ts';
import { blockBytes } from './readPiece.ts';
import { waitFor } from './waitFor.ts';

/**
 * The SHA-256 of a content that is still being written, with those of its files that lie elsewhere: each byte is hashed as soon as all before it are
 * there.
 */
export function followFile({ path, size, available }: FollowJob): string {
  const counter = new BigInt64Array(available);
  const own = openOwnFiles(available);
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafeSlow(blockBytes);
  const fd = openSync(fsPath(path), 'r');
  const read = (from: number, until: number): number => {
    const file = own.at(from);
    const end = Math.min(until, from + blockBytes, file?.end ?? own.next(from));
    return readSync(file?.fd ?? fd, block, 0, end - from, from - (file?.start ?? 0));
  };
  try {
    for (let done = 0; done < size; ) {
      const end = Math.min(waitFor(counter, done + 1), size);
      while (done < end) {
        const count = read(done, end);
        if (count === 0) throw new KitwrightError('content-changed', 'A file became shorter while it was received.');
        hash.update(count === blockBytes ? block : block.subarray(0, count));
        done += count;
      }
    }
  } finally {
    closeSync(fd);
  }
  return `sha256:${hash.digest('hex')}`;
}
