import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type Content, type Descriptor, KitwrightError, type TakeBlock } from '@kitwright/core/plugin';
import type { Buffers } from './createBuffers.ts';
import type { Part, Upload } from './openUpload.ts';

/** A blob that is sent in parts. */
export interface Sending {
  readonly upload: Upload;
  readonly descriptor: Descriptor;
  readonly content: Content;
  readonly partBytes: number;
  readonly buffers: Buffers;
}

/**
 * Reads the blob once, from its beginning to its end, and sends its parts side by side; those that the bucket has
 * already are compared instead. What was sent stays after a failure, for the next try, unless the content is wrong.
 */
export async function sendParts({ upload, descriptor, content, partBytes, buffers }: Sending): Promise<void> {
  const { digest, size } = descriptor;
  const hash = createHash('sha256');
  const parts: Promise<Part>[] = [];
  const failures: unknown[] = [];
  let [buffer, filled, read]: [Buffer<ArrayBuffer> | undefined, number, number] = [undefined, 0, 0];
  const flush = () => {
    if (!buffer) return;
    const [memory, bytes] = [buffer, buffer.subarray(0, filled)];
    [buffer, filled] = [undefined, 0];
    hash.update(bytes);
    const part = sendPart(upload, parts.length + 1, bytes).finally(() => buffers.give(memory));
    part.catch((error: unknown) => failures.push(error));
    parts.push(part);
  };
  const take: TakeBlock = async (bytes) => {
    read += bytes.byteLength;
    if (read > size) throw await wrongContent(upload, digest);
    for (let at = 0; at < bytes.byteLength; ) {
      if (failures.length) throw failures[0];
      buffer ??= await buffers.take(partBytes);
      const count = Math.min(bytes.byteLength - at, partBytes - filled);
      buffer.set(bytes.subarray(at, at + count), filled);
      [at, filled] = [at + count, filled + count];
      if (filled === partBytes) flush();
    }
  };
  try {
    await content.read({ start: 0, end: size }, take);
    flush();
    if (read !== size || hash.digest('hex') !== digest.slice('sha256:'.length))
      throw await wrongContent(upload, digest);
    await upload.complete(await Promise.all(parts));
  } finally {
    await Promise.allSettled(parts);
    if (buffer) buffers.give(buffer);
  }
}

async function sendPart(upload: Upload, number: number, bytes: Buffer<ArrayBuffer>): Promise<Part> {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  const checksum = sum.toString('base64');
  const known = upload.known.get(number);
  if (known && isSame(known, bytes, checksum)) return { number, etag: known.etag, checksum };
  return { number, etag: await upload.send(number, bytes, checksum), checksum };
}

/** By the checksum with which the part was sent, else by its ETag, which is its MD5 in most stores. */
function isSame(
  { size, checksum, etag }: { size: number; checksum: string | undefined; etag: string },
  bytes: Buffer,
  own: string,
): boolean {
  if (size !== bytes.byteLength) return false;
  return checksum ? checksum === own : etag.replaceAll('"', '') === createHash('md5').update(bytes).digest('hex');
}

/** Nothing of it may be used again. */
async function wrongContent(upload: Upload, digest: string): Promise<KitwrightError> {
  await upload.abort();
  return new KitwrightError('descriptor-mismatch', `What was read for ${digest} has another digest or size.`, {
    data: { digest },
  });
}
