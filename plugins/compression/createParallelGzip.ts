import { availableParallelism } from 'node:os';
import { Transform } from 'node:stream';
import { promisify } from 'node:util';
import { constants, crc32, deflateRaw, deflateRawSync } from 'node:zlib';
import { storedBlocks } from './storedBlocks.ts';

const deflate = promisify(deflateRaw);

/** Each is compressed for itself; the bytes of a kit depend on it. */
const blockBytes = 1024 * 1024;

/** Deflate looks back this far (RFC 1951, 3.2): so much of the block before helps the next one. */
const windowBytes = 32 * 1024;

/** No name, no time, unknown system: as Go writes it (RFC 1952, 2.3). */
const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** An empty block of fixed codes that says that it is the last (RFC 1951, 3.2.6). */
const lastBlock = Buffer.from([3, 0]);

/**
 * One valid gzip member whose blocks are compressed by several threads of Node at once (RFC 1952). The bytes depend on
 * the input and `level` (1 to 9, zlib's) alone. A block that would hardly become smaller is stored as it is.
 */
export function createParallelGzip(level: number): Transform {
  const together = Math.min(4, availableParallelism());
  const under: Promise<Buffer>[] = [];
  // The caller uses its memory again: what came is copied, into a fresh block each time, since zlib reads it later.
  let gathered = Buffer.allocUnsafeSlow(blockBytes);
  let [size, total, sum] = [0, 0, 0];
  let before = Buffer.alloc(0);
  const begin = () => {
    const block = gathered.subarray(0, size);
    [gathered, size] = [Buffer.allocUnsafeSlow(blockBytes), 0];
    sum = crc32(block, sum);
    total += block.byteLength;
    const work = compressed(block, before, level);
    // It is awaited in its turn; until then a failure has nobody who listens.
    work.catch(() => undefined);
    under.push(work);
    before = block.subarray(-windowBytes);
  };
  const gzip = new Transform({
    construct: (done) => {
      gzip.push(head);
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
          if (under.length > together) gzip.push(await under.shift());
        }
      })().then(() => done(), done);
    },
    flush: (done) => {
      void (async () => {
        if (size) begin();
        for (const block of under) gzip.push(await block);
        const tail = Buffer.alloc(8);
        tail.writeUInt32LE(sum >>> 0, 0);
        tail.writeUInt32LE(total % 2 ** 32, 4);
        gzip.push(Buffer.concat([lastBlock, tail]));
      })().then(() => done(), done);
    },
  });
  return gzip;
}

/** Ends at a whole byte, so that blocks can follow each other (zlib's `Z_SYNC_FLUSH`). */
async function compressed(block: Buffer, before: Buffer, level: number): Promise<Buffer> {
  if (isDense(block)) return storedBlocks(block);
  const dictionary = before.byteLength ? { dictionary: before } : {};
  return deflate(block, { level, finishFlush: constants.Z_SYNC_FLUSH, ...dictionary });
}

/** What is tried, from the middle of a block, in bytes. */
const probeBytes = 16 * 1024;

/** Would it hardly become smaller? Weights and images are such; to find that out by compressing them takes long. */
function isDense(block: Buffer): boolean {
  const middle = (block.byteLength - probeBytes) >> 1;
  const probe = block.subarray(Math.max(0, middle), Math.max(0, middle) + probeBytes);
  return deflateRawSync(probe, { level: constants.Z_BEST_SPEED }).byteLength > probe.byteLength * 0.99;
}
