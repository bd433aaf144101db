import { KitwrightError } from '../../errors/KitwrightError.ts';
import { type Descriptor, descriptorOf } from '../../oci/descriptor.ts';
import { Fields, goJson } from '../../oci/goJson.ts';
import { imageConfigBytes, imageConfigType } from '../../oci/imageConfig.ts';
import { descriptorFields, parseManifest } from '../../oci/manifest.ts';
import { mediaTypes } from '../../oci/mediaTypes.ts';
import { maxManifestSize } from '../../oci/parseJsonObject.ts';
import { contentOfBytes } from '../contentOf.ts';
import { verifiedBytes } from '../readVerified.ts';
import { canSwapTag, type Target } from '../roles.ts';
import { type ArtifactBlob, pushMissing } from './storeArtifact.ts';

const maxTries = 5;

/** More signatures than one kit needs; each is a layer of one manifest. */
const maxLayers = 100;

/**
 * Adds blobs to the image under a tag of cosign, each as a layer, after those that are there (cosign, SIGNATURE_SPEC.md).
 * Where the target compares before it moves a tag, nobody's signature is lost. Throws `kit-malformed` if something else has the tag,
 * `remote-refused` if others keep moving it, and what the target throws.
 */
export async function addUnderTag(
  target: Target,
  repository: string,
  tag: string,
  blobs: readonly ArtifactBlob[],
): Promise<Descriptor> {
  for (const { descriptor, content } of blobs) await pushMissing(target, descriptor, content);
  for (let tries = 0; tries < maxTries; tries++) {
    const before = await target.resolve(repository, tag);
    const layers = [
      ...(before ? await layersOf(target, before, tag) : []),
      ...blobs.map(({ descriptor }) => descriptor),
    ];
    if (layers.length > maxLayers)
      throw new KitwrightError('kit-malformed', `${tag} has ${maxLayers} signatures, and takes no more.`);
    const manifest = await storeImage(target, layers);
    if (!canSwapTag(target)) await target.tag(manifest, repository, tag);
    else if (!(await target.swapTag(manifest, repository, tag, before))) continue;
    return manifest;
  }
  throw new KitwrightError('remote-refused', `Others change ${tag} in ${target.name} all the time.`, {
    hint: 'Run the command again.',
  });
}

async function layersOf(target: Target, before: Descriptor, tag: string): Promise<readonly Descriptor[]> {
  if (before.mediaType !== mediaTypes.manifest)
    throw new KitwrightError('kit-malformed', `${tag} in ${target.name} is no image of cosign.`);
  return parseManifest(await verifiedBytes(before, target, maxManifestSize), before.mediaType).layers;
}

async function storeImage(target: Target, layers: readonly Descriptor[]): Promise<Descriptor> {
  const config = imageConfigBytes(layers.map(({ digest }) => digest));
  const described = descriptorOf(imageConfigType, config);
  await pushMissing(target, described, contentOfBytes(config));
  const bytes = Buffer.from(
    goJson(
      new Fields([
        ['schemaVersion', 2],
        ['mediaType', mediaTypes.manifest],
        ['config', descriptorFields(described)],
        ['layers', layers.map(descriptorFields)],
      ]),
    ),
  );
  const manifest = descriptorOf(mediaTypes.manifest, bytes);
  await target.push(manifest, contentOfBytes(bytes));
  return manifest;
}
