import { createHash, type Hash } from 'node:crypto';
import type { Digest } from '../../oci/digest.ts';
import type { ArchiveSink } from './ArchiveSink.ts';

/** A sink that knows the digest of each part of what is in it. */
export interface HashingSink extends ArchiveSink {
  /** In the order of the parts, when everything is written. */
  readonly digests: () => readonly Digest[];
}

/** Hashes all parts on the way; `partSize` is in bytes. What an interrupted save left is hashed when it is read. */
export function hashParts(sink: ArchiveSink, partSize: number): HashingSink {
  const finished: Digest[] = [];
  let hash: Hash = createHash('sha256');
  let hashed = 0;
  const feed = (block: Uint8Array) => {
    for (let done = 0; done < block.byteLength; ) {
      const bytes = block.subarray(done, done + partSize - (hashed % partSize));
      hash.update(bytes);
      done += bytes.byteLength;
      hashed += bytes.byteLength;
      if (hashed % partSize) continue;
      finished.push(`sha256:${hash.digest('hex')}`);
      hash = createHash('sha256');
    }
  };
  const rewind = async (to: number) => {
    finished.length = Math.floor(to / partSize);
    hash = createHash('sha256');
    hashed = finished.length * partSize;
    await sink.read({ start: hashed, end: to }, feed);
  };
  return {
    ...sink,
    read: (range, take) => {
      const isNext = range.start === hashed;
      return sink.read(range, (block) => {
        if (isNext) feed(block);
        return take(block);
      });
    },
    cut: async (from) => {
      await sink.cut(from);
      if (from < hashed) await rewind(from);
    },
    write: (block) => {
      feed(block);
      return sink.write(block);
    },
    digests: () => (hashed % partSize ? [...finished, `sha256:${hash.copy().digest('hex')}`] : finished),
  };
}
