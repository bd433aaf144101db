import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Kitfile } from '../kitfile/Kitfile.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { isKitManifest, type Manifest, parseManifest } from '../oci/manifest.ts';
import { annotationNames, mediaTypes } from '../oci/mediaTypes.ts';
import { maxJsonSize } from '../oci/parseJson.ts';
import { formatReference, type Reference, repositoryOf } from '../oci/reference.ts';
import type { ReadTarget } from '../store/roles.ts';
import { readVerified } from '../store/verify.ts';
import { kitfileFromConfig } from './kitfileFromConfig.ts';

/** A kit that was read from a target: its manifest and Kitfile, not its layers. */
export interface LoadedKit {
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
  readonly manifestBytes: Uint8Array;
  readonly kitfile: Kitfile;
  readonly target: ReadTarget;
}

/** In a ModelPack the Kitfile stands in an annotation of the manifest. */
const kitfileOf = async (manifest: Manifest, target: ReadTarget): Promise<Kitfile> => {
  const annotation = manifest.annotations[annotationNames.kitfile];
  if (annotation !== undefined) return kitfileFromConfig(Buffer.from(annotation));
  if (manifest.config.mediaType !== mediaTypes.kitConfig) {
    throw new KitwrightError(
      'kit-malformed',
      `The kit has a config of type ${manifest.config.mediaType} and no Kitfile.`,
    );
  }
  return kitfileFromConfig(
    await readVerified(manifest.config, target.fetch(manifest.config), target.name, maxJsonSize),
  );
};

/** Reads a kit by its descriptor. Throws `descriptor-mismatch`, `kit-malformed`. */
export const loadKitAt = async (descriptor: Descriptor, target: ReadTarget): Promise<LoadedKit> => {
  const manifestBytes = await readVerified(descriptor, target.fetch(descriptor), target.name, maxJsonSize);
  const manifest = parseManifest(manifestBytes);
  if (!isKitManifest(manifest)) throw new KitwrightError('kit-malformed', `${descriptor.digest} is no ModelKit.`);
  return { descriptor, manifest, manifestBytes, kitfile: await kitfileOf(manifest, target), target };
};

/** Finds a kit by its reference in the first target that has it. Throws `kit-not-found`. */
export const loadKit = async (reference: Reference, targets: readonly ReadTarget[]): Promise<LoadedKit> => {
  for (const target of targets) {
    const descriptor = reference.reference && (await target.resolve(repositoryOf(reference), reference.reference));
    if (descriptor) return loadKitAt(descriptor, target);
  }
  const name = formatReference(reference);
  throw new KitwrightError('kit-not-found', `The kit ${name} was not found in the local store.`, {
    data: { reference: name },
  });
};
