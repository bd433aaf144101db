import { createHash } from 'node:crypto';
import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { ByteStream } from './roles.ts';

/**
 * Passes bytes on and checks that they are what the descriptor promises. Throws `descriptor-mismatch` at the end, or
 * above the size.
 */
export async function* verified(descriptor: Descriptor, content: ByteStream, origin: string): ByteStream {
  const hash = createHash('sha256');
  let size = 0;
  for await (const bytes of content) {
    size += bytes.byteLength;
    if (size > descriptor.size) throw mismatch(descriptor, origin, `it has more than ${descriptor.size} bytes`);
    hash.update(bytes);
    yield bytes;
  }
  if (size < descriptor.size) throw mismatch(descriptor, origin, `it has ${size} of ${descriptor.size} bytes`);
  const digest = `sha256:${hash.digest('hex')}`;
  if (digest !== descriptor.digest) throw mismatch(descriptor, origin, `its digest is ${digest}`);
}

function mismatch(descriptor: Descriptor, origin: string, what: string): KitwrightError {
  return new KitwrightError('descriptor-mismatch', `${descriptor.digest} from ${origin} is damaged: ${what}.`, {
    data: { digest: descriptor.digest, origin, what },
  });
}

/** Reads verified content of a small blob (config, manifest) into memory. `limit` is in bytes. */
export async function readVerified(
  descriptor: Descriptor,
  content: ByteStream,
  origin: string,
  limit: number,
): Promise<Uint8Array> {
  if (descriptor.size > limit)
    throw mismatch(descriptor, origin, `${descriptor.size} bytes are more than the ${limit} that are allowed`);
  const parts: Uint8Array[] = [];
  for await (const bytes of verified(descriptor, content, origin)) parts.push(bytes);
  return Buffer.concat(parts);
}
