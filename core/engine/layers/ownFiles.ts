import type { BytePath } from '../files/bytePath.ts';
import type { Available } from './jobs.ts';

/**
 * The large files of a layer that is being fetched: each is written to a file of its own, which only needs a name in
 * the end. Where they lie stands in shared memory, behind the counter of the bytes that are there: what is below that
 * counter is settled.
 */
export interface OwnFiles {
  /** The one that has the byte at this offset of the layer. */
  readonly at: (offset: number) => OwnFile | undefined;
  /** Where the next one starts, from this offset on; infinite if there is none. */
  readonly next: (offset: number) => number;
}

/** Bytes of the layer from `start` up to `end`, without it. */
export interface OwnFile {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  /** All threads may read through it until the layer was fetched. */
  readonly fd: number;
}

/** The most of them in one layer: each is open until the layer was fetched. */
export const maxOwnFiles = 128;

/** The first numbers of the memory: how far the layer is there, and how many files follow. */
const headNumbers = 2;
const fileNumbers = 3;

export function createAvailable(): Available {
  return new SharedArrayBuffer((headNumbers + fileNumbers * maxOwnFiles) * 8);
}

export function openOwnFiles(available: Available): OwnFiles {
  const memory = new BigInt64Array(available);
  const numberAt = (index: number) => Number(Atomics.load(memory, index));
  /** The first one that ends behind an offset. */
  const behind = (offset: number): OwnFile | undefined => {
    const count = numberAt(1);
    for (let index = 0; index < count; index++) {
      const first = headNumbers + index * fileNumbers;
      const end = numberAt(first + 1);
      if (end > offset) return { index, start: numberAt(first), end, fd: numberAt(first + 2) };
    }
    return undefined;
  };
  return {
    at: (offset) => {
      const file = behind(offset);
      return file && file.start <= offset ? file : undefined;
    },
    next: (offset) => behind(offset)?.start ?? Number.POSITIVE_INFINITY,
  };
}

/** Adds one; they come in the order of the layer. */
export function addOwnFile(available: Available, { index, start, end, fd }: OwnFile): void {
  const memory = new BigInt64Array(available);
  const first = headNumbers + index * fileNumbers;
  [start, end, fd].forEach((value, i) => {
    Atomics.store(memory, first + i, BigInt(value));
  });
  Atomics.store(memory, 1, BigInt(index + 1));
}

/** Where it lies, beside the file of the layer. */
export function ownPath(layer: BytePath, index: number): BytePath {
  return `${layer}.${index}`;
}
