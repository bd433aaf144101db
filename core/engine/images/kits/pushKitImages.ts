import { KitwrightError } from '../../errors/KitwrightError.ts';
import type { OpenedTarget } from '../../host/capabilities.ts';
import type { Kitwright } from '../../host/createKitwright.ts';
import type { LoadedKit } from '../../kits/loadKit.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { isKitManifest, parseManifest } from '../../oci/manifest.ts';
import { annotationNames, isIndexType, mediaTypes } from '../../oci/mediaTypes.ts';
import { maxManifestSize, parseJsonObject } from '../../oci/parseJsonObject.ts';
import { verifiedBytes } from '../../store/readVerified.ts';
import { type PushedImages, pushImages, rootOf } from '../pushImages.ts';
import type { KitImages } from './kitImages.ts';

export interface PushKitImagesOptions {
  readonly kit: LoadedKit;
  readonly opened: OpenedTarget;
  readonly tags: readonly string[];
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/**
 * Pushes the images of a kit. Plugins that refuse to push the kit are asked, and no kit loses its name to its image. Throws
 * `image-refused` and what the target throws.
 */
export async function pushKitImages(
  kitwright: Kitwright,
  { images, annotations }: KitImages,
  options: PushKitImagesOptions,
): Promise<PushedImages> {
  const { kit, opened, tags, signal } = options;
  const { target, repository } = opened;
  const { kitfile, descriptor } = kit;
  for (const tag of tags) await refuseKitName(opened, tag);
  const hooks = kitwright.beginBuild();
  await hooks.beforePush({ kitfile, root: descriptor, repository, tags, target: target.name }, { signal });
  return pushImages(kitwright, images, rootOf(images, annotations), { ...options, target, repository });
}

async function refuseKitName({ target, repository }: OpenedTarget, tag: string): Promise<void> {
  const found = await target.resolve(repository, tag);
  if (!found || !isKit(await verifiedBytes(found, target, maxManifestSize), found)) return;
  throw new KitwrightError('image-refused', `The tag ${tag} names a ModelKit at ${target.name}, which would lose it.`, {
    data: { tag, digest: found.digest },
    hint: `Give the image another tag, for example ${tag}-image.`,
  });
}

/** A raw image is a kit too, as far as its types say; it may be replaced by the next one. */
function isKit(bytes: Uint8Array, { mediaType }: Descriptor): boolean {
  if (isIndexType(mediaType)) return parseJsonObject(bytes, 'index')['artifactType'] === mediaTypes.kitIndexArtifact;
  const manifest = parseManifest(bytes, mediaType);
  return isKitManifest(manifest) && manifest.annotations[annotationNames.kitDigest] === undefined;
}
