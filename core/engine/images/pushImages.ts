import type { Kitwright } from '../host/createKitwright.ts';
import { reportCopies, shortDigest } from '../kits/copyKit.ts';
import { type Descriptor, descriptorOf } from '../oci/descriptor.ts';
import { Fields, goJson } from '../oci/goJson.ts';
import { descriptorFields } from '../oci/manifest.ts';
import { mediaTypes } from '../oci/mediaTypes.ts';
import { contentOfBytes } from '../store/contentOf.ts';
import { type CopyOptions, type CopyOutcome, copyBlob } from '../store/copy.ts';
import { eachOf } from '../store/eachOf.ts';
import { canClose, type Target } from '../store/roles.ts';
import type { Image, ImageBlob } from './Image.ts';
import type { Platform } from './platform.ts';

export interface PushImagesOptions {
  readonly target: Target;
  /** For the target's `tag`. */
  readonly repository: string;
  readonly tags: readonly string[];
  /** Blobs that are sent in parallel. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/** Numbers of blobs and manifests, and the bytes that were sent. */
export interface PushedImages {
  readonly copied: number;
  readonly existed: number;
  readonly mounted: number;
  readonly bytes: number;
}

/** What gets the tags: an image, or the index of several. */
export interface ImageRoot {
  readonly root: Descriptor;
  readonly bytes: Uint8Array;
}

/** Images for several platforms have one name through an index (image-spec, image-index.md). */
export function rootOf(images: readonly Image[], annotations: Readonly<Record<string, string>> = {}): ImageRoot {
  const [only, ...others] = images;
  if (only && others.length === 0) return { root: only.root, bytes: only.manifestBytes };
  const bytes = Buffer.from(
    goJson(
      new Fields([
        ['schemaVersion', 2],
        ['mediaType', mediaTypes.index],
        ['manifests', images.map(entryOf)],
        ['annotations', Object.keys(annotations).length ? annotations : undefined],
      ]),
    ),
  );
  return { root: descriptorOf(mediaTypes.index, bytes), bytes };
}

function entryOf({ root, platform }: Image): Fields {
  return new Fields([...descriptorFields(root).entries, ['platform', platform && platformFields(platform)]]);
}

function platformFields({ os, architecture, variant }: Platform): Fields {
  return new Fields([
    ['architecture', architecture],
    ['os', os],
    ['variant', variant],
  ]);
}

/**
 * Pushes images: blobs that are there are skipped or taken over, manifests follow, tags come last. What was pushed when
 * it fails is found by the next push. Throws what the sources and the target throw.
 */
export async function pushImages(
  kitwright: Kitwright,
  images: readonly Image[],
  { root, bytes }: ImageRoot,
  options: PushImagesOptions,
): Promise<PushedImages> {
  const { target, repository, tags, concurrency } = options;
  const counts = { copied: 0, existed: 0, mounted: 0, bytes: 0 };
  const done = (descriptor: Descriptor, outcome: CopyOutcome) => {
    counts[outcome === 'exists' ? 'existed' : outcome]++;
    kitwright.event({ type: 'copy-done', layer: shortDigest(descriptor.digest), bytes: descriptor.size, outcome });
  };
  const copying: CopyOptions = { ...reportCopies(kitwright, options, counts), onDone: done };
  const send = async (descriptor: Descriptor, manifest: Uint8Array) => {
    if (await target.exists(descriptor)) return done(descriptor, 'exists');
    await target.push(descriptor, contentOfBytes(manifest));
    counts.bytes += manifest.byteLength;
    done(descriptor, 'copied');
  };
  try {
    await eachOf(blobsOf(images), concurrency, ({ descriptor, source }) =>
      copyBlob(source, target, descriptor, copying),
    );
    for (const image of images) await send(image.root, image.manifestBytes);
    if (images.length !== 1) await send(root, bytes);
    for (const tag of tags.length ? tags : [undefined]) await target.tag(root, repository, tag);
    if (canClose(target)) await target.close();
  } catch (error) {
    if (canClose(target)) target.discard();
    throw error;
  }
  return counts;
}

/** Each blob once. */
function blobsOf(images: readonly Image[]): readonly ImageBlob[] {
  return [...new Map(images.flatMap(({ blobs }) => blobs).map((blob) => [blob.descriptor.digest, blob])).values()];
}
