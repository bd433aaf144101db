import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { isDigest } from '../oci/digest.ts';
import { imageConfigType } from '../oci/imageConfig.ts';
import { plainText } from '../oci/jsonText.ts';
import { parseDescriptor, parseManifest } from '../oci/manifest.ts';
import { isIndexType, isManifestType, mediaTypes } from '../oci/mediaTypes.ts';
import { isObject, type JsonObject, maxManifestSize } from '../oci/parseJsonObject.ts';
import { strictJson } from '../oci/strictJson.ts';
import { verifiedBytes } from '../store/readVerified.ts';
import type { ReadTarget } from '../store/roles.ts';
import type { ImageLayer } from './Image.ts';
import { type Platform, platformText } from './platform.ts';

/** The image on which another one is built. */
export interface BaseImage {
  /** Its name at a registry; undefined for one in a file, whose path is nobody's business. */
  readonly reference: string | undefined;
  /** Of its manifest or index: what the name meant. */
  readonly digest: string;
  readonly layers: readonly ImageLayer[];
  readonly config: JsonObject;
}

export interface NamedImage {
  /** For messages. */
  readonly name: string;
  readonly reference?: string | undefined;
  readonly root: Descriptor;
  readonly target: ReadTarget;
}

const configTypes: ReadonlySet<string> = new Set([imageConfigType, 'application/vnd.docker.container.image.v1+json']);

/** Docker's types have the same bytes as OCI's: whoever writes an OCI manifest names them so. */
const layerTypes: Readonly<Record<string, string>> = {
  [mediaTypes.imageLayer]: mediaTypes.imageLayer,
  [`${mediaTypes.imageLayer}+gzip`]: `${mediaTypes.imageLayer}+gzip`,
  [`${mediaTypes.imageLayer}+zstd`]: `${mediaTypes.imageLayer}+zstd`,
  'application/vnd.docker.image.rootfs.diff.tar': mediaTypes.imageLayer,
  'application/vnd.docker.image.rootfs.diff.tar.gzip': `${mediaTypes.imageLayer}+gzip`,
  'application/vnd.docker.image.rootfs.diff.tar.zstd': `${mediaTypes.imageLayer}+zstd`,
};

/**
 * Reads a base for one platform: an OCI or Docker image, or an index of them. Throws `image-refused` for what is no image
 * or has no such platform, `kit-malformed`, `descriptor-mismatch`.
 */
export async function loadBase(named: NamedImage, platform: Platform): Promise<BaseImage> {
  const { name, root, target } = named;
  const found = isIndexType(root.mediaType) ? await imageOf(named, platform) : root;
  const manifest = parseManifest(await verifiedBytes(found, target, maxManifestSize), found.mediaType);
  if (!configTypes.has(manifest.config.mediaType)) throw refuse(name, 'it is no container image');
  const config = strictJson(await verifiedBytes(manifest.config, target, maxManifestSize), 'config of the base');
  if (config['os'] !== platform.os || config['architecture'] !== platform.architecture)
    throw refuse(
      name,
      `it is for ${plainText(config['os'])}/${plainText(config['architecture'])}, not ${platformText(platform)}`,
    );
  const diffIds = diffIdsOf(config);
  if (diffIds.length !== manifest.layers.length)
    throw refuse(name, `it has ${manifest.layers.length} layers and ${diffIds.length} diff_ids`);
  const layers = manifest.layers.map((layer, i) => baseLayer(name, layer, diffIds[i] ?? '', target));
  return { reference: named.reference, digest: root.digest, layers, config };
}

function refuse(name: string, why: string): KitwrightError {
  return new KitwrightError('image-refused', `${name} cannot be the base: ${why}.`, {
    data: { base: name },
    hint: 'A base is a container image in a registry (registry/repository:tag), in oci:DIRECTORY:tag or in archive:FILE:tag; --platform chooses one of an index.',
  });
}

/** The entry of an index for a platform; a variant counts only where one is asked for. */
async function imageOf({ name, root, target }: NamedImage, platform: Platform): Promise<Descriptor> {
  const { manifests } = strictJson(await verifiedBytes(root, target, maxManifestSize), 'index');
  const entries = (Array.isArray(manifests) ? manifests : []).filter(isObject);
  const entry = entries.find(({ platform: of }) => isObject(of) && isPlatform(of, platform));
  if (!entry) throw refuse(name, `its index has no image for ${platformText(platform)}`);
  const descriptor = parseDescriptor(entry);
  if (!isManifestType(descriptor.mediaType) || isIndexType(descriptor.mediaType))
    throw refuse(name, 'its index names something that is no image');
  return descriptor;
}

function isPlatform(of: JsonObject, { os, architecture, variant }: Platform): boolean {
  return of['os'] === os && of['architecture'] === architecture && (variant === undefined || of['variant'] === variant);
}

function diffIdsOf({ rootfs }: JsonObject): readonly string[] {
  const ids = isObject(rootfs) ? rootfs['diff_ids'] : undefined;
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string' && isDigest(id)) : [];
}

function baseLayer(
  name: string,
  { mediaType, digest, size }: Descriptor,
  diffId: string,
  source: ReadTarget,
): ImageLayer {
  const type = Object.hasOwn(layerTypes, mediaType) ? layerTypes[mediaType] : undefined;
  if (type === undefined) throw refuse(name, `a layer of it is of the type ${JSON.stringify(mediaType)}`);
  return { descriptor: { mediaType: type, digest, size }, diffId, source, createdBy: '' };
}
