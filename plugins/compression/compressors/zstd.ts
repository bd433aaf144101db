import { Duplex, pipeline, Readable, Transform } from 'node:stream';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { chunkSize } from '../chunkSize.ts';
import { type FramePart, zstdFrames } from '../zstdFrames.ts';

export function compress(): Transform {
  return endedLate(createZstdCompress());
}

/**
 * The end comes by itself, after the last block. Node takes them as one if it knows of the end in time, and zstd then
 * makes other bytes: a kit would have another digest on a machine that is busy.
 */
function endedLate(inner: Transform): Transform {
  const outer = new Transform({
    transform: (block, _encoding, done) => void inner.write(block, done),
    flush: (done) => void inner.end().on('end', () => done()),
    destroy: (error, done) => {
      inner.destroy();
      done(error);
    },
  });
  inner.on('data', (block) => outer.push(block)).on('error', (error) => outer.destroy(error));
  return outer;
}

/** The largest window that is accepted when unpacking: 128 MiB, so that a layer cannot ask for gigabytes. */
const maxWindowLog = 27;

/** Frames one after the other, as many tools write them. */
export function decompress(): Transform {
  return Duplex.from((source: AsyncIterable<Buffer>) => plainBytes(zstdFrames(source))) as Transform;
}

async function* plainBytes(parts: AsyncGenerator<FramePart>): AsyncGenerator<Buffer> {
  for (let first = await parts.next(); !first.done; first = await parts.next()) {
    const inner = createZstdDecompress({ chunkSize, params: { [constants.ZSTD_d_windowLogMax]: maxWindowLog } });
    // What fails is thrown by the reading below.
    pipeline(Readable.from(oneFrame(first.value, parts)), inner, () => undefined);
    yield* inner;
  }
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
