import type { Transform } from 'node:stream';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { chunkSize } from '../chunkSize.ts';

export function compress(): Transform {
  return createZstdCompress();
}

/** The largest window that is accepted when unpacking: 128 MiB, so that a layer cannot ask for gigabytes. */
const maxWindowLog = 27;

export function decompress(): Transform {
  return createZstdDecompress({ chunkSize, params: { [constants.ZSTD_d_windowLogMax]: maxWindowLog } });
}
