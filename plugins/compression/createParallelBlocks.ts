import { availableParallelism } from 'node:os';
import { Transform } from 'node:stream';

export interface BlockFormat {
  /** Of a block before it is compressed; the bytes of a kit depend on it. */
  readonly blockBytes: number;
  readonly head: Uint8Array;
  /** Called for each block in order, before the earlier ones are done; its memory is used again when it has resolved. */
  readonly compress: (block: Buffer) => Promise<Uint8Array>;
  /** What follows the last block. */
  readonly tail: () => Uint8Array;
}

/** Compresses blocks on several threads of Node at once. The bytes depend on the input alone, not on how it comes. */
export function createParallelBlocks({ blockBytes, head, compress, tail }: BlockFormat): Transform {
  const together = Math.min(4, availableParallelism());
  const under: Promise<Uint8Array>[] = [];
  const free: Buffer[] = [];
  // The caller uses its memory again: what came is copied, since zlib reads it later.
  let gathered: Buffer = Buffer.allocUnsafeSlow(blockBytes);
  let size = 0;
  const begin = () => {
    const block = gathered;
    const work = compress(block.subarray(0, size)).finally(() => free.push(block));
    [gathered, size] = [free.pop() ?? Buffer.allocUnsafeSlow(blockBytes), 0];
    // It is awaited in its turn; until then a failure has nobody who listens.
    work.catch(() => undefined);
    under.push(work);
  };
  const stream = new Transform({
    construct: (done) => {
      stream.push(head);
      done();
    },
    transform: (chunk: Buffer, _encoding, done) => {
      void (async () => {
        for (let rest = chunk; rest.byteLength; ) {
          const taken = rest.copy(gathered, size);
          size += taken;
          rest = rest.subarray(taken);
          if (size < blockBytes) break;
          begin();
          if (under.length > together) stream.push(await under.shift());
        }
      })().then(() => done(), done);
    },
    flush: (done) => {
      void (async () => {
        if (size) begin();
        for (const block of under) stream.push(await block);
        stream.push(tail());
      })().then(() => done(), done);
    },
  });
  return stream;
}
