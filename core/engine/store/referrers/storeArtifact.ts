import { artifactManifestBytes, emptyBytes, emptyDescriptor } from '../../oci/artifactManifest.ts';
import { type Descriptor, descriptorOf } from '../../oci/descriptor.ts';
import { mediaTypes } from '../../oci/mediaTypes.ts';
import { contentOfBytes } from '../contentOf.ts';
import type { Content, Target } from '../roles.ts';
import { keepReferrer } from './keepReferrer.ts';

/** One blob of an artifact. */
export interface ArtifactBlob {
  readonly descriptor: Descriptor;
  readonly content: Content;
}

/** What is stored beside its subject. */
export interface Artifact {
  readonly artifactType: string;
  readonly blobs: readonly ArtifactBlob[];
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * Stores an artifact whose subject is in the target, blobs first, and sees to it that it is found from there. Throws what
 * the target throws.
 */
export async function storeArtifact(
  target: Target,
  repository: string,
  subject: Descriptor,
  { artifactType, blobs, annotations }: Artifact,
): Promise<Descriptor> {
  await pushMissing(target, emptyDescriptor, contentOfBytes(emptyBytes));
  for (const { descriptor, content } of blobs) await pushMissing(target, descriptor, content);
  const layers = blobs.map(({ descriptor }) => descriptor);
  const bytes = artifactManifestBytes({ artifactType, layers, subject, annotations });
  const manifest = descriptorOf(mediaTypes.manifest, bytes);
  await target.push(manifest, contentOfBytes(bytes));
  const noted = Object.keys(annotations).length ? { annotations } : {};
  const referrer = { ...manifest, artifactType, ...noted };
  await keepReferrer(target, repository, subject, referrer);
  return referrer;
}

/** Pushes a blob unless the target has it. */
export async function pushMissing(target: Target, descriptor: Descriptor, content: Content): Promise<void> {
  if (!(await target.exists(descriptor))) await target.push(descriptor, content);
}
