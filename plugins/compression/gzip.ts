import type { Transform } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';

export const compress = (): Transform => createGzip();
export const decompress = (): Transform => createGunzip();
