import type { Transform } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { chunkSize } from '../chunkSize.ts';

export function compress(): Transform {
  return createGzip();
}

export function decompress(): Transform {
  return createGunzip({ chunkSize });
}
