import { Transform } from 'node:stream';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { chunkSize } from '../chunkSize.ts';

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

export function decompress(): Transform {
  return createZstdDecompress({ chunkSize, params: { [constants.ZSTD_d_windowLogMax]: maxWindowLog } });
}
