import { createHash, randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Content, type Descriptor, KitwrightError } from '@kitwright/core/plugin';

/** Where a blob goes. */
export interface BlobPlace {
  readonly path: string;
  /** Folder of files that have no name yet. */
  readonly unfinished: string;
  readonly signal: AbortSignal;
}

/**
 * Writes a blob and gives it its name once size and digest are right: nobody sees a part of it. Throws
 * `descriptor-mismatch`, or what reading the content throws.
 */
export async function writeBlob(descriptor: Descriptor, content: Content, place: BlobPlace): Promise<void> {
  const temporary = join(place.unfinished, randomUUID());
  try {
    await writeVerified(descriptor, content, temporary, place.signal);
    await rename(temporary, place.path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeVerified(descriptor: Descriptor, content: Content, path: string, signal: AbortSignal) {
  const { digest, size } = descriptor;
  const hash = createHash('sha256');
  let done = 0;
  const file = await open(path, 'wx');
  try {
    // The memory of a block is the reader's again when this is over.
    await content.read({ start: 0, end: size }, async (bytes) => {
      signal.throwIfAborted();
      done += bytes.byteLength;
      if (done > size) throw mismatch(descriptor, 'there are more bytes');
      hash.update(bytes);
      await file.writeFile(bytes);
    });
    await file.sync();
  } finally {
    await file.close();
  }
  if (done !== size) throw mismatch(descriptor, `there are ${done} bytes`);
  if (`sha256:${hash.digest('hex')}` !== digest) throw mismatch(descriptor, 'there are other bytes');
}

function mismatch({ digest, size }: Descriptor, why: string): KitwrightError {
  return new KitwrightError('descriptor-mismatch', `Not ${digest} of ${size} bytes: ${why}.`, {
    data: { digest, size },
  });
}
