import type { ByteRange, TakeBlock } from '../roles.ts';

/** Where an archive goes. Offsets and sizes are in bytes, of the archive as a whole. */
export interface ArchiveSink {
  /** Bytes at the beginning that an interrupted save left; they may be those of another archive. */
  readonly present: () => number;
  readonly read: (range: ByteRange, take: TakeBlock) => Promise<void>;
  /** Forgets what is there from an offset on. */
  readonly cut: (from: number) => Promise<void>;
  /** Appends. */
  readonly write: TakeBlock;
  /** Everything is there: gives it its names. */
  readonly commit: () => Promise<readonly ArchivePart[]>;
  /** Leaves what is there for the next save, unless it filled its disk. */
  readonly close: () => Promise<void>;
}

/** A file of an archive that has its final name. */
export interface ArchivePart {
  readonly path: string;
  readonly size: number;
}

/** A sink for a pipe: nothing is there before, and nothing has a name. */
export function createStreamSink(write: TakeBlock): ArchiveSink {
  return {
    present: () => 0,
    read: async () => undefined,
    cut: async () => undefined,
    write,
    commit: async () => [],
    close: async () => undefined,
  };
}
