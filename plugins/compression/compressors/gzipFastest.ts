import type { Transform } from 'node:stream';
import { constants, createGunzip, createGzip } from 'node:zlib';

export function compress(): Transform {
  return createGzip({ level: constants.Z_BEST_SPEED });
}

export function decompress(): Transform {
  return createGunzip();
}
