import type { Transform } from 'node:stream';
import { constants, createGunzip, createGzip } from 'node:zlib';

export const compress = (): Transform => createGzip({ level: constants.Z_BEST_SPEED });
export const decompress = (): Transform => createGunzip();
