import { createReadStream } from 'node:fs';
import type { ByteRange, ByteStream } from './roles.ts';

/** Bytes that are read at a time. */
const blockBytes = 256 * 1024;

/** The bytes of a file, or a part of them. */
export function streamFile(path: string, range?: ByteRange): ByteStream {
  if (range && range.end <= range.start) return (async function* () {})();
  const part = range ? { start: range.start, end: range.end - 1 } : {};
  return createReadStream(path, { highWaterMark: blockBytes, ...part });
}
