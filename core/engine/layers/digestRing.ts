import { passingBytes } from '../files/passingBytes.ts';
import { blockBytes } from './worker/readPiece.ts';

/** What threads share while files are hashed one by one beside their layer. */
export interface DigestRing {
  /** SHA-256 of each piece or row, 32 bytes; zero where none was computed. */
  readonly digests: Uint8Array;
  /** Blocks of large files, read by one thread and hashed by two; empty if there are too few to start another one. */
  readonly blocks: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
}

/** Bytes of a SHA-256. */
export const digestBytes = 32;

/** More than are written at once (`openPackFile`), so that one is always free or will be. */
export const ringBlocks = 12;

/** Bytes of large files from which on another thread is worth its start. */
const worthAThread = 8 * 1024 * 1024;

/** For so many pieces or rows, with so many bytes of large files among them. */
export function createDigestRing(count: number, largeBytes: number): DigestRing {
  return {
    digests: passingBytes(count * digestBytes),
    blocks: new SharedArrayBuffer(largeBytes < worthAThread ? 0 : ringBlocks * blockBytes),
    control: new SharedArrayBuffer((entriesAt + ringBlocks * entryCells) * 4),
  };
}

/** A block that was read. */
export interface RingEntry {
  /** Which of the blocks it is in. */
  readonly block: number;
  /** In bytes. */
  readonly length: number;
  /** Of the file that it ends; -1 = it goes on. */
  readonly ends: number;
}

/** Whoever hashes the blocks: nobody yet, a thread that came for it, the one that reads, or one that failed. */
export type RingOwner = 'nobody' | 'helper' | 'reader' | 'lost';

/** How the two threads tell each other what is read and what is hashed, in order. */
export interface RingControl {
  readonly owner: () => RingOwner;
  /** Waits a while for an owner. */
  readonly waitOwner: () => void;
  /** Makes the first one who asks the owner. */
  readonly claim: (owner: 'helper' | 'reader') => boolean;
  readonly publish: (entry: RingEntry) => void;
  /** The next block to hash; waits for it. Undefined if there is none any more. */
  readonly next: () => RingEntry | undefined;
  readonly consumed: () => number;
  readonly consume: () => void;
  /** Waits a while for blocks after so many to be hashed. */
  readonly waitConsumed: (count: number) => void;
  /** Nothing is read any more. */
  readonly end: () => void;
  /** The helper ended too early; one that did not begin is not waited for long. */
  readonly lose: () => void;
}

const owners: readonly RingOwner[] = ['nobody', 'helper', 'reader', 'lost'];

const [ownerAt, publishedAt, consumedAt, endedAt, entriesAt] = [0, 1, 2, 3, 4];

const entryCells = 3;

/** Time in ms after which a waiting thread looks whether the other one is gone. */
const patience = 500;

export function openRingControl({ control }: Pick<DigestRing, 'control'>): RingControl {
  const cells = new Int32Array(control);
  const wake = (cell: number) => void Atomics.notify(cells, cell);
  const placeOf = (turn: number) => entriesAt + (turn % ringBlocks) * entryCells;
  return {
    owner: () => owners[Atomics.load(cells, ownerAt)] ?? 'lost',
    waitOwner: () => void Atomics.wait(cells, ownerAt, 0, patience),
    claim: (owner) => {
      const isFirst = Atomics.compareExchange(cells, ownerAt, 0, owners.indexOf(owner)) === 0;
      wake(ownerAt);
      return isFirst;
    },
    publish: ({ block, length, ends }) => {
      const turn = Atomics.load(cells, publishedAt);
      cells.set([block, length, ends], placeOf(turn));
      Atomics.store(cells, publishedAt, turn + 1);
      wake(publishedAt);
    },
    next: () => {
      const turn = Atomics.load(cells, consumedAt);
      while (Atomics.load(cells, publishedAt) === turn) {
        if (Atomics.load(cells, endedAt)) return undefined;
        Atomics.wait(cells, publishedAt, turn, patience);
      }
      const [block = 0, length = 0, ends = -1] = cells.subarray(placeOf(turn), placeOf(turn) + entryCells);
      return { block, length, ends };
    },
    consumed: () => Atomics.load(cells, consumedAt),
    consume: () => {
      Atomics.add(cells, consumedAt, 1);
      wake(consumedAt);
    },
    waitConsumed: (count) => {
      if (Atomics.load(cells, consumedAt) === count) Atomics.wait(cells, consumedAt, count, patience);
    },
    end: () => {
      Atomics.store(cells, endedAt, 1);
      wake(publishedAt);
    },
    lose: () => {
      Atomics.compareExchange(cells, ownerAt, owners.indexOf('helper'), owners.indexOf('lost'));
      wake(consumedAt);
    },
  };
}
