import { artifactManifestBytes } from '../../../oci/artifactManifest.ts';
import { type Descriptor, descriptorOf } from '../../../oci/descriptor.ts';
import { mediaTypes } from '../../../oci/mediaTypes.ts';
import { allReferrers, type ReferrerFilter } from '../../../oci/referrerFilter.ts';
import type { Content, Target } from '../../roles.ts';
import { referrersOf } from '../referrersOf.ts';

/** A target without the power to list referrers, all in memory. */
export interface MemoryTarget extends Target {
  readonly blobs: Map<string, Uint8Array>;
  readonly tags: Map<string, Descriptor>;
  /** Stores bytes as they are, and describes them. */
  readonly add: (bytes: Uint8Array, mediaType?: string) => Descriptor;
}

export function memoryTarget(): MemoryTarget {
  const [blobs, tags] = [new Map<string, Uint8Array>(), new Map<string, Descriptor>()];
  return {
    name: 'a test',
    complete: true,
    blobs,
    tags,
    add: (bytes, mediaType = mediaTypes.manifest) => {
      const descriptor = descriptorOf(mediaType, bytes);
      blobs.set(descriptor.digest, bytes);
      return descriptor;
    },
    exists: async ({ digest }) => blobs.has(digest),
    fetch: async function* ({ digest }, range) {
      const bytes = blobs.get(digest);
      if (bytes) yield range ? bytes.subarray(range.start, range.end) : bytes;
    },
    push: async ({ digest, size }, content) => void blobs.set(digest, await bytesOf(content, size)),
    resolve: async (_repository, reference) => tags.get(reference),
    tag: async (descriptor, _repository, tag) => void tags.set(tag ?? '', descriptor),
  };
}

async function bytesOf(content: Content, size: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  await content.read({ start: 0, end: size }, (bytes) => void parts.push(Buffer.from(bytes)));
  return Buffer.concat(parts);
}

/** The manifest of an artifact without files. */
export function referrerBytes(
  subject: Descriptor,
  artifactType = 'application/x.test',
  annotations: Readonly<Record<string, string>> = {},
): Uint8Array {
  return artifactManifestBytes({ artifactType, layers: [], subject, annotations });
}

/** What is found, and the warnings. */
export async function search(target: Target, root: Descriptor, filter: ReferrerFilter = allReferrers) {
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  const found = await referrersOf({ target, repository: 'x', filter, warn }, root);
  return { found, digests: found.map(({ descriptor }) => descriptor.digest), warnings };
}
