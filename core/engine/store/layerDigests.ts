import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { writeUnsynced } from '../files/atomicWrite.ts';
import { joinBytes } from '../files/passingBytes.ts';
import { digestBytes } from '../layers/jobs.ts';
import { type Digest, hexOf } from '../oci/digest.ts';
import type { StoreLayout } from './storeLayout.ts';

const magic = Buffer.from('kitwright-digests-1\n');

/**
 * SHA-256 of the files of a layer that are not empty, in order: 32 bytes for each of `count`. The digest of the layer
 * stands for exactly these files, so they never become wrong. Undefined if they were not kept, or not so many.
 */
export function readLayerDigests(layout: StoreLayout, layer: Digest, count: number): Uint8Array | undefined {
  try {
    const bytes = readFileSync(join(layout.digests, hexOf(layer)));
    const body = bytes.subarray(magic.byteLength + 4);
    const isWhole = bytes.subarray(0, magic.byteLength).equals(magic) && body.byteLength === count * digestBytes;
    return isWhole && bytes.readUInt32LE(magic.byteLength) === crc32(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** That of the file at an index; undefined if there is none. */
export function digestAt(digests: Uint8Array, index: number): Uint8Array | undefined {
  const digest = digests.subarray(index * digestBytes, (index + 1) * digestBytes);
  return digest.some((byte) => byte !== 0) ? digest : undefined;
}

/** Waits for no disk: torn ones have another checksum. */
export function writeLayerDigests(layout: StoreLayout, layer: Digest, digests: Uint8Array): void {
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(digests));
  writeUnsynced(join(layout.digests, hexOf(layer)), joinBytes([magic, sum, digests]), layout.tmp);
}
