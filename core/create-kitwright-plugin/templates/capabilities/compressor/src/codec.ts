import type { Transform } from 'node:stream';
import { constants, createBrotliCompress, createBrotliDecompress } from 'node:zlib';

/** The same bytes each time: a kit is known by the digest of what this gives. */
export function compress(): Transform {
  return createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
}

export function decompress(): Transform {
  return createBrotliDecompress();
}
