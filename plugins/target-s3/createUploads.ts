import { createHash } from 'node:crypto';
import { type Content, type Descriptor, KitwrightError, type Target } from '@kitwright/core/plugin';
import type { Bucket } from './createBucket.ts';
import { createBuffers } from './createBuffers.ts';
import { maxParts, openUpload } from './openUpload.ts';
import { sendParts } from './sendParts.ts';

/** Sends blobs; the parts of all of them share the memory. */
export interface Uploads {
  /** Throws `descriptor-mismatch` if the content is not what the descriptor says; then nothing is there. */
  readonly send: (key: string, descriptor: Descriptor, content: Content) => Promise<void>;
}

const MiB = 1024 * 1024;
/** Bytes that are on their way at the same time. */
const window = 64 * MiB;
const smallestPart = 8 * MiB;

/** A part is in memory as a whole, and is the larger the larger its blob says that it is. */
const largestBlob = 5 * 1024 ** 4;

export function createUploads(bucket: Bucket, exists: Target['exists']): Uploads {
  const buffers = createBuffers(window);
  return {
    send: async (key, descriptor, content) => {
      if (descriptor.size > largestBlob) throw tooLarge(bucket, descriptor);
      const partBytes = partBytesOf(descriptor.size);
      if (descriptor.size <= partBytes) return putWhole(bucket, key, descriptor, content);
      // An earlier try may have ended without its answer.
      if (await exists(descriptor)) return;
      const upload = await openUpload(bucket, key);
      await sendParts({ upload, descriptor, content, partBytes, buffers });
    },
  };
}

/** The same for every process, so that one goes on with the parts of another. */
function partBytesOf(size: number): number {
  return Math.max(smallestPart, Math.ceil(size / maxParts / MiB) * MiB);
}

/** The server checks the digest: it is the SHA-256 that signs the body. */
async function putWhole(bucket: Bucket, key: string, { digest, size }: Descriptor, content: Content): Promise<void> {
  const body = Buffer.alloc(size);
  let at = 0;
  await content.read({ start: 0, end: size }, (bytes) => {
    if (at + bytes.byteLength <= size) body.set(bytes, at);
    at += bytes.byteLength;
  });
  const sha256 = createHash('sha256').update(body).digest('hex');
  if (at !== size || digest !== `sha256:${sha256}`) throw mismatch(digest);
  const response = await bucket.send({ method: 'PUT', key, body, headers: { 'x-amz-content-sha256': sha256 } });
  await response.body?.cancel();
}

function tooLarge({ name }: Bucket, { digest, size }: Descriptor): KitwrightError {
  return new KitwrightError(
    'remote-refused',
    `${name} takes no ${digest}: it has ${size} bytes, and 5 TiB are the most.`,
    {
      data: { digest, size },
    },
  );
}

function mismatch(digest: string): KitwrightError {
  return new KitwrightError('descriptor-mismatch', `What was read for ${digest} has another digest or size.`, {
    data: { digest },
  });
}
