import type { Transform } from 'node:stream';
import { constants, createGzip } from 'node:zlib';

export function compress(): Transform {
  return createGzip({ level: constants.Z_BEST_SPEED });
}

export { decompress } from './gzip.ts';
