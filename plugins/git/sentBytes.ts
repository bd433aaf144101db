import { randomInt } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';

/** Blocks of a file that are compressed again, at places that nobody knows beforehand, and the bytes of each. */
const [samples, sampleBytes] = [64, 32 * 1024];

/**
 * How many bytes a server must have sent for a file, about: HTTP may compress what it transports, and a pack of git need
 * not be compressed, so one of zeros is a thousandth on its way. 0 for a file that is gone. Throws what the system says.
 */
export function sentBytes(path: string): number {
  const fd = openIfThere(path);
  if (fd === undefined) return 0;
  try {
    const { size } = fstatSync(fd);
    const isLarge = size > samples * sampleBytes;
    const count = Math.min(samples, Math.ceil(size / sampleBytes));
    const places = Array.from({ length: count }, (_, i) => (isLarge ? randomInt(size - sampleBytes) : i * sampleBytes));
    const bytes = Buffer.concat(places.map((at) => blockAt(fd, at)));
    const compressed = Math.min(bytes.byteLength, deflateRawSync(bytes, { level: 1 }).byteLength);
    return bytes.byteLength ? Math.ceil((size * compressed) / bytes.byteLength) : 0;
  } finally {
    closeSync(fd);
  }
}

/** git gives files other names while it works. */
function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}

function blockAt(fd: number, at: number): Buffer {
  const block = Buffer.alloc(sampleBytes);
  return block.subarray(0, readSync(fd, block, 0, sampleBytes, at));
}
