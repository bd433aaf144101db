import { messageOf } from '../../errors/errorData.ts';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { jsonText } from '../../oci/jsonText.ts';
import { isManifestType, isMediaType } from '../../oci/mediaTypes.ts';
import { isObject, maxManifestSize, parseJsonObject } from '../../oci/parseJsonObject.ts';
import { parseReferrer } from '../../oci/referrer.ts';
import { verifiedBytes } from '../readVerified.ts';
import { isOfItsOwn } from './isOfItsOwn.ts';
import type { Referrer, ReferrerSearch } from './Referrer.ts';

/**
 * Reads the manifest of a candidate; undefined, with a warning, if it is no referrer of the subject, and undefined if it
 * is not one that is wanted. What lies under a tag of cosign belongs to the subject by that name alone.
 */
export function readReferrer(
  search: ReferrerSearch,
  subject: Descriptor,
  { mediaType, digest, size }: Descriptor,
  tag: string | undefined,
): Promise<Referrer | undefined> {
  return readable(search, tag ?? digest, async () => {
    if (!isManifestType(mediaType)) throw unusable(digest, `it is of type ${jsonText(mediaType)}, and no manifest`);
    const bytes = await verifiedBytes({ mediaType, digest, size }, search.target, maxManifestSize);
    const { artifactType: own, annotations, subject: named } = parseReferrer(bytes, mediaType);
    if (named ? named.digest !== subject.digest : tag === undefined)
      throw unusable(digest, `it refers to ${named?.digest ?? 'nothing'}, not to ${subject.digest}`);
    if (tag === undefined && !search.filter.includes(own)) return undefined;
    if (tag !== undefined && isOfItsOwn(bytes, mediaType))
      throw unusable(digest, 'it is a kit, an image or an index, which a tag of cosign names');
    const artifactType = tag === undefined ? own : (layerTypeOf(bytes) ?? own);
    const noted = Object.keys(annotations).length ? { annotations } : {};
    return { descriptor: { mediaType, digest, size, artifactType, ...noted }, subject: subject.digest, bytes, tag };
  });
}

function unusable(digest: string, why: string): KitwrightError {
  return new KitwrightError('kit-malformed', `${digest} is no referrer: ${why}.`);
}

/** A manifest under a tag of cosign has no type of its own, but that of its layers. */
function layerTypeOf(bytes: Uint8Array): string | undefined {
  const { layers } = parseJsonObject(bytes, 'manifest');
  const type: unknown = Array.isArray(layers) && isObject(layers[0]) ? layers[0]['mediaType'] : undefined;
  return typeof type === 'string' && isMediaType(type) ? type : undefined;
}

/** Failures of what was listed, and not of the target. */
const ofTheListed: ReadonlySet<string> = new Set([
  'kit-malformed',
  'kit-not-found',
  'descriptor-mismatch',
  'remote-malformed',
]);

/** Undefined, and a warning, for what cannot be used: a list may say anything. */
export async function readable<T>(
  { target, warn }: ReferrerSearch,
  what: string,
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof KitwrightError) || !ofTheListed.has(error.code)) throw error;
    warn(`${target.name} lists ${what} as a referrer, which is left out: ${messageOf(error)}`);
    return undefined;
  }
}
