import { type Descriptor, descriptorOf } from './descriptor.ts';
import { Fields, goJson } from './goJson.ts';
import { descriptorFields } from './manifest.ts';
import { mediaTypes } from './mediaTypes.ts';

/** The bytes `{}`: the config of an artifact without one, and its only layer if it has no files. */
export const emptyBytes: Uint8Array = Buffer.from('{}');

export const emptyDescriptor: Descriptor = descriptorOf(mediaTypes.empty, emptyBytes);

/** An artifact that refers to another manifest. */
export interface ArtifactManifest {
  readonly artifactType: string;
  /** Without any, the empty descriptor stands for them. */
  readonly layers: readonly Descriptor[];
  readonly subject: Descriptor;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * The bytes of its manifest (image-spec 1.1, manifest.md "Guidelines for Artifact Usage"), in the order in which oras
 * writes them. Nothing in it depends on the time, so attaching the same twice gives one artifact.
 */
export function artifactManifestBytes({ artifactType, layers, subject, annotations }: ArtifactManifest): Uint8Array {
  return Buffer.from(
    goJson(
      new Fields([
        ['schemaVersion', 2],
        ['mediaType', mediaTypes.manifest],
        ['artifactType', artifactType],
        ['config', emptyFields],
        ['layers', layers.length ? layers.map(descriptorFields) : [emptyFields]],
        ['subject', descriptorFields({ mediaType: subject.mediaType, digest: subject.digest, size: subject.size })],
        ['annotations', Object.keys(annotations).length ? annotations : undefined],
      ]),
    ),
  );
}

const emptyFields = new Fields([
  ...descriptorFields(emptyDescriptor).entries,
  ['data', Buffer.from(emptyBytes).toString('base64')],
]);
