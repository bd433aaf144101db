import type { Transform } from 'node:stream';
import { constants } from 'node:zlib';
import { createParallelGzip } from '../createParallelGzip.ts';

export function compress(): Transform {
  return createParallelGzip(constants.Z_BEST_SPEED);
}

export { decompress } from './gzip.ts';
