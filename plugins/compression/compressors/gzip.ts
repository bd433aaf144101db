import type { Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { chunkSize } from '../chunkSize.ts';
import { createParallelGzip } from '../createParallelGzip.ts';

/** zlib's default level. */
export function compress(): Transform {
  return createParallelGzip(6);
}

export function decompress(): Transform {
  return createGunzip({ chunkSize });
}
