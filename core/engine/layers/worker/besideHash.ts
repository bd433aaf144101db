import { createHash, hash } from 'node:crypto';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { type DigestRing, digestBytes, openRingControl, type RingControl, ringBlocks } from '../digestRing.ts';
import { blockConsumer } from './digestBlocks.ts';
import { blockBytes } from './readPiece.ts';

/** SHA-256 of files whose bytes go by while their layer is hashed. */
export interface BesideHash {
  /** Of a small file, at once: its bytes are still in the core's cache. */
  readonly small: (index: number, bytes: Uint8Array) => void;
  /** Of a large file, block after block: by another thread if one comes in time. */
  readonly large: (index: number, size: number) => LargeFile;
  /** Waits for the other thread. */
  readonly finish: () => void;
}

/** A large file that is read in blocks. */
export interface LargeFile {
  /** A buffer of `blockBytes` that nobody uses. */
  readonly supply: () => Buffer;
  /** This block is read, and stays as it is until it is released. */
  readonly add: (block: Buffer) => void;
  /** Whoever wrote the block does not need it any more. */
  readonly release: (block: Buffer) => void;
}

export function openBesideHash(ring: DigestRing): BesideHash {
  const large = ring.blocks.byteLength ? sharedBlocks(ring, openRingControl(ring)) : ownBlocks(ring);
  return {
    small: (index, bytes) => ring.digests.set(hash('sha256', bytes, 'buffer'), index * digestBytes),
    large: large.file,
    finish: large.finish,
  };
}

interface Blocks {
  readonly file: BesideHash['large'];
  readonly finish: () => void;
}

/** In this thread, in buffers of its own. */
function ownBlocks({ digests }: DigestRing): Blocks {
  const spare: Buffer[] = [];
  return {
    file: (index, size) => {
      const sha = createHash('sha256');
      let left = size;
      return {
        supply: () => spare.pop() ?? Buffer.allocUnsafeSlow(blockBytes),
        add: (block) => {
          sha.update(block);
          left -= block.byteLength;
          if (left === 0) digests.set(sha.digest(), index * digestBytes);
        },
        release: (block) => {
          if (block.byteLength === blockBytes) spare.push(block);
        },
      };
    },
    finish: () => undefined,
  };
}

/** In buffers that another thread sees. */
function sharedBlocks(ring: DigestRing, control: RingControl): Blocks {
  const consumeOwn = blockConsumer(ring);
  // When each block is hashed (turns are counted from 1), and whether somebody writes it.
  const uses = Array.from({ length: ringBlocks }, () => ({ hashedAfter: 0, isWritten: false }));
  let published = 0;
  const work = () => {
    while (control.consumed() < published) {
      const entry = control.next();
      if (entry) consumeOwn(entry);
      control.consume();
    }
  };
  /** Sees to it that more than `count` are hashed. */
  const advance = (count: number) => {
    if (control.owner() === 'nobody') control.waitOwner();
    // It was sent for, and does not come.
    if (control.owner() === 'nobody') control.claim('reader');
    const owner = control.owner();
    if (owner === 'lost') throw new KitwrightError('internal-error', 'A thread that computes digests of files ended.');
    if (owner === 'reader') work();
    else control.waitConsumed(count);
  };
  const free = (): number => {
    for (;;) {
      const count = control.consumed();
      const found = uses.findIndex(({ hashedAfter, isWritten }) => !isWritten && hashedAfter <= count);
      if (found >= 0) return found;
      advance(count);
    }
  };
  const blockOf = ({ byteOffset }: Buffer) => byteOffset / blockBytes;
  return {
    file: (index, size) => {
      let left = size;
      return {
        supply: () => Buffer.from(ring.blocks, free() * blockBytes, blockBytes),
        add: (block) => {
          left -= block.byteLength;
          const at = blockOf(block);
          control.publish({ block: at, length: block.byteLength, ends: left === 0 ? index : -1 });
          published++;
          uses[at] = { hashedAfter: published, isWritten: true };
          if (control.owner() === 'reader') work();
        },
        release: (block) => {
          const use = uses[blockOf(block)];
          if (use) use.isWritten = false;
        },
      };
    },
    finish: () => {
      for (let count = control.consumed(); count < published; count = control.consumed()) advance(count);
    },
  };
}
