import {
  type ByteRange,
  type Content,
  type Descriptor,
  digestOf,
  isManifestType,
  isTag,
  KitwrightError,
  type Reader,
  type Target,
} from '@kitwright/core/plugin';
import type { Kept, Shelf } from './Shelf.ts';

/** Blocks of what is read. */
const blockSize = 64 * 1024;

/** The right target: the repository of a place in memory. Everything ends with the reason of the signal. */
export function createMemoryTarget(place: (repository: string) => Shelf, name: string, signal: AbortSignal) {
  const { blobs, tags } = place(name);
  const kept = (descriptor: Descriptor) => {
    const found = blobs.get(descriptor.digest);
    return found?.descriptor.size === descriptor.size ? found : undefined;
  };
  const require = (descriptor: Descriptor) => {
    const found = kept(descriptor);
    if (!found) throw notFound(descriptor.digest);
    return found;
  };
  const read: Reader['read'] = async (descriptor, range, take) => {
    for (const block of blocksOf(require(descriptor), range)) {
      signal.throwIfAborted();
      await take(block);
    }
  };
  return {
    name: 'memory',
    complete: true,
    read,
    async *fetch(descriptor, range = { start: 0, end: descriptor.size }) {
      for (const block of blocksOf(require(descriptor), range)) {
        signal.throwIfAborted();
        yield block;
      }
    },
    exists: async (descriptor) => {
      signal.throwIfAborted();
      return kept(descriptor) !== undefined;
    },
    push: async (descriptor, content) => {
      signal.throwIfAborted();
      if (kept(descriptor)) return;
      const bytes = await verified(descriptor, content, signal);
      requireChildren(descriptor, bytes, blobs);
      blobs.set(descriptor.digest, { descriptor: bare(descriptor), bytes });
    },
    resolve: async (repository, reference) => {
      signal.throwIfAborted();
      const shelf = place(repository);
      const untagged = shelf.blobs.get(reference)?.descriptor;
      const found =
        shelf.tags.get(reference) ?? (untagged && isManifestType(untagged.mediaType) ? untagged : undefined);
      return found && bare(found);
    },
    tag: async (descriptor, repository, tag) => {
      signal.throwIfAborted();
      const found = require(descriptor);
      if (repository !== name || (tag !== undefined && !isTag(tag)))
        throw new KitwrightError('reference-invalid', `${repository}:${tag} is no tag of ${name}.`);
      if (tag !== undefined) tags.set(tag, found.descriptor);
    },
  } satisfies Target & Reader;
}

function* blocksOf({ bytes }: Kept, { start, end }: ByteRange): Generator<Buffer> {
  for (let at = start; at < end && at < bytes.byteLength; at += blockSize)
    yield Buffer.from(bytes.subarray(at, Math.min(end, at + blockSize)));
}

/** All bytes of a content, if they are the right ones. */
async function verified(descriptor: Descriptor, content: Content, signal: AbortSignal): Promise<Buffer> {
  const parts: Buffer[] = [];
  await content.read({ start: 0, end: descriptor.size }, (block) => {
    signal.throwIfAborted();
    parts.push(Buffer.from(block));
  });
  signal.throwIfAborted();
  const bytes = Buffer.concat(parts);
  if (bytes.byteLength === descriptor.size && digestOf(bytes) === descriptor.digest) return bytes;
  throw new KitwrightError('descriptor-mismatch', `Other bytes than those of ${descriptor.digest}.`);
}

/** What a manifest names must be there. */
function requireChildren({ mediaType }: Descriptor, bytes: Buffer, blobs: Shelf['blobs']): void {
  if (!isManifestType(mediaType)) return;
  const { config, layers = [], manifests = [] } = JSON.parse(bytes.toString());
  for (const { digest } of [...(config ? [config] : []), ...layers, ...manifests])
    if (!blobs.has(digest)) throw notFound(digest);
}

function bare({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}

export function notFound(what: string): KitwrightError {
  return new KitwrightError('kit-not-found', `${what} is not in memory.`);
}
