import type { ByteRange, Content } from '@kitwright/core/plugin';
import { eventually } from '../suite/turns.ts';

/** Bytes in blocks of fresh memory. */
export function contentOf(bytes: Uint8Array, blockSize = 1024 * 1024): Content {
  return {
    read: async ({ start, end }, take) => {
      for (const [from, to] of blocksOf({ start, end: Math.min(end, bytes.byteLength) }, [blockSize]))
        await take(Buffer.from(bytes.subarray(from, to)));
    },
  };
}

/** The same in memory that is used again, and overwritten as soon as it is released; long and short blocks by turns. */
export function lentContentOf(bytes: Uint8Array, sizes: readonly number[] = [200_000, 1, 65_536, 4095]): Content {
  return {
    read: async (range, take) => {
      const memory = Buffer.alloc(Math.max(...sizes));
      for (const [from, to] of blocksOf(range, sizes)) {
        const block = memory.subarray(0, to - from);
        block.set(bytes.subarray(from, to));
        await take(block);
        memory.fill(0xee);
      }
    },
  };
}

function* blocksOf(
  { start, end }: ByteRange,
  sizes: readonly number[],
): Generator<readonly [from: number, to: number]> {
  for (let [at, turn] = [start, 0]; at < end; turn++) {
    const to = Math.min(end, at + (sizes[turn % sizes.length] as number));
    yield [at, to];
    at = to;
  }
}

/** A content that fails, and how much of it was asked for. */
export interface FailingContent extends Content {
  readonly error: Error;
  /** Blocks that were given, and readings that began, so far. */
  readonly asked: () => number;
}

/** Gives bytes up to an offset, and then fails. */
export function failingContent(bytes: Uint8Array, failAt: number): FailingContent {
  const error = new Error('The content cannot be read any more.');
  let asked = 0;
  return {
    error,
    asked: () => asked,
    read: async ({ start, end }, take) => {
      asked++;
      for (const [from, to] of blocksOf({ start, end: Math.min(end, failAt) }, [64 * 1024])) {
        asked++;
        await take(Buffer.from(bytes.subarray(from, to)));
      }
      if (end > failAt) throw error;
    },
  };
}

/** A content that stops half-way until it is told to go on. */
export interface HeldContent extends Content {
  /** The first half was given (or, of a target that reads one content after the other, some time has passed). */
  readonly isHeld: () => Promise<boolean>;
  readonly release: () => void;
}

/** Holds at the middle; with `error`, it fails there once it is released. */
export function heldContent(bytes: Uint8Array, error?: Error): HeldContent {
  const middle = bytes.byteLength >> 1;
  const gate = Promise.withResolvers<void>();
  let held = false;
  return {
    isHeld: () => eventually(() => held, 300),
    release: gate.resolve,
    read: async ({ start, end }, take) => {
      if (start < middle) await take(Buffer.from(bytes.subarray(start, Math.min(end, middle))));
      held = true;
      await gate.promise;
      if (error) throw error;
      if (end > middle) await take(Buffer.from(bytes.subarray(Math.max(start, middle), end)));
    },
  };
}
