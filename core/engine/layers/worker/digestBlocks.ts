import { createHash } from 'node:crypto';
import { type DigestRing, digestBytes, openRingControl, type RingEntry } from '../digestRing.ts';
import { blockBytes } from './readPiece.ts';
import { pauseAfter } from './throttle.ts';

/** SHA-256 of each file whose blocks another thread reads, until that one has read all. Whoever comes too late does nothing. */
export function digestBlocks(ring: DigestRing): void {
  const control = openRingControl(ring);
  if (!control.claim('helper')) return;
  const consume = blockConsumer(ring);
  for (let entry = control.next(); entry; entry = control.next()) {
    consume(entry);
    control.consume();
    pauseAfter(entry.length);
  }
}

/** Hashes blocks in the order in which they were read. */
export function blockConsumer({ blocks, digests }: DigestRing): (entry: RingEntry) => void {
  let hash = createHash('sha256');
  return ({ block, length, ends }) => {
    hash.update(Buffer.from(blocks, block * blockBytes, length));
    if (ends < 0) return;
    digests.set(hash.digest(), ends * digestBytes);
    hash = createHash('sha256');
  };
}
