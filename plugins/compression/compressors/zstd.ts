import { Duplex, pipeline, Readable, type Transform } from 'node:stream';
import { constants, createZstdDecompress, zstdDecompressSync } from 'node:zlib';
import { chunkSize } from '../chunkSize.ts';
import { createParallelZstd } from '../createParallelZstd.ts';
import { type FramePart, zstdFrames } from '../zstdFrames.ts';

export function compress(): Transform {
  return createParallelZstd();
}

/** The largest window that is accepted when unpacking: 128 MiB, so that a layer cannot ask for gigabytes. */
const params = { [constants.ZSTD_d_windowLogMax]: 27 };

/** Frames one after the other, as many tools write them. */
export function decompress(): Transform {
  return Duplex.from((source: AsyncIterable<Buffer>) => plainBytes(zstdFrames(source))) as Transform;
}

/** What a frame has and may become at most to be decompressed at once: a stream for each takes ten times as long. */
const smallFrame = { bytes: 2 * 1024 * 1024, mostBytes: 8 * 1024 * 1024 };

async function* plainBytes(parts: AsyncGenerator<FramePart>): AsyncGenerator<Buffer> {
  for (let first = await parts.next(); !first.done; first = await parts.next()) {
    const begun = await beginOf(first.value, parts);
    const { isLast, bytes } = begun;
    if (isLast && begun.mostBytes <= smallFrame.mostBytes) {
      const plain = zstdDecompressSync(bytes, { params, maxOutputLength: smallFrame.mostBytes });
      if (plain.byteLength) yield plain;
    } else {
      const inner = createZstdDecompress({ chunkSize, params });
      // What fails is thrown by the reading below.
      pipeline(Readable.from(oneFrame(begun, parts)), inner, () => undefined);
      yield* inner;
    }
  }
}

/** The first bytes of a frame; all of them if it is small. */
async function beginOf(first: FramePart, parts: AsyncGenerator<FramePart>): Promise<FramePart> {
  const held = [first.bytes];
  let [last, size] = [first, first.bytes.byteLength];
  while (!last.isLast && size <= smallFrame.bytes) {
    const { value, done } = await parts.next();
    if (done) break;
    last = value;
    held.push(last.bytes);
    size += last.bytes.byteLength;
  }
  return { ...last, bytes: Buffer.concat(held) };
}

async function* oneFrame(first: FramePart, parts: AsyncGenerator<FramePart>): AsyncGenerator<Buffer> {
  yield first.bytes;
  for (let isLast = first.isLast; !isLast; ) {
    const { value, done } = await parts.next();
    if (done) return;
    yield value.bytes;
    ({ isLast } = value);
  }
}
