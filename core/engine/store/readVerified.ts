import { createHash } from 'node:crypto';
import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import { contentOf } from './contentOf.ts';
import { refuseSlow } from './refuseSlow.ts';
import type { Content, ReadTarget, TakeBlock } from './roles.ts';

/**
 * Reads a whole content and checks that it is what the descriptor promises; `origin` says in errors whose it is. What
 * `take` gets is not verified before this has ended. Throws `descriptor-mismatch` at the end, or above the size.
 */
export async function readVerified(
  descriptor: Descriptor,
  content: Content,
  origin: string,
  take: TakeBlock,
): Promise<void> {
  const hash = createHash('sha256');
  let size = 0;
  await content.read({ start: 0, end: descriptor.size }, (bytes) => {
    size += bytes.byteLength;
    checkRoom(descriptor, origin, size);
    // What takes its time (a disk) begins before the hash does.
    const taken = take(bytes);
    hash.update(bytes);
    return taken;
  });
  checkWhole(descriptor, origin, size, `sha256:${hash.digest('hex')}`);
}

function checkRoom(descriptor: Descriptor, origin: string, size: number): void {
  if (size > descriptor.size) throw mismatch(descriptor, origin, `it has more than ${descriptor.size} bytes`);
}

function checkWhole(descriptor: Descriptor, origin: string, size: number, digest: string): void {
  if (size < descriptor.size) throw mismatch(descriptor, origin, `it has ${size} of ${descriptor.size} bytes`);
  if (digest !== descriptor.digest) throw mismatch(descriptor, origin, `its digest is ${digest}`);
}

function mismatch(descriptor: Descriptor, origin: string, what: string): KitwrightError {
  return new KitwrightError('descriptor-mismatch', `${descriptor.digest} from ${origin} is damaged: ${what}.`, {
    data: { digest: descriptor.digest, origin, what },
  });
}

/** The verified bytes of a small content (config, manifest). `limit` is in bytes, `patience` in ms: see `refuseSlow`. */
export async function verifiedBytes(
  descriptor: Descriptor,
  source: ReadTarget,
  limit: number,
  patience?: number,
): Promise<Uint8Array> {
  const { name } = source;
  if (descriptor.size > limit)
    throw mismatch(descriptor, name, `${descriptor.size} bytes are more than the ${limit} that are allowed`);
  const parts: Uint8Array[] = [];
  const look = refuseSlow(patience);
  let size = 0;
  await contentOf(descriptor, source).read({ start: 0, end: descriptor.size }, (bytes) => {
    size += bytes.byteLength;
    checkRoom(descriptor, name, size);
    look(size);
    parts.push(Buffer.from(bytes));
  });
  const bytes = parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
  // At once: a state to which bytes are added costs as much as a hundred small contents.
  checkWhole(descriptor, name, size, digestOf(bytes));
  return bytes;
}
