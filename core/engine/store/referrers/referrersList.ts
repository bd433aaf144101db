import { KitwrightError } from '../../errors/KitwrightError.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { jsonText, plainText } from '../../oci/jsonText.ts';
import { isIndexType, mediaTypes } from '../../oci/mediaTypes.ts';
import { isObject, type JsonObject, maxManifestSize, parseJsonObject } from '../../oci/parseJsonObject.ts';
import { referrersTag } from '../../oci/referrerTags.ts';
import { verifiedBytes } from '../readVerified.ts';
import type { ReadTarget } from '../roles.ts';

/** The list of referrers under the fallback tag: an OCI image index (distribution-spec 1.1, "Referrers Tag Schema"). */
export interface ReferrersList {
  readonly descriptor: Descriptor;
  /** As they are, because others wrote them too. */
  readonly entries: readonly JsonObject[];
}

/**
 * Reads the list; undefined if there is none. Some registries answer with the subject itself, which is none. Throws
 * `kit-malformed`, `descriptor-mismatch`.
 */
export async function readReferrersList(
  target: ReadTarget,
  repository: string,
  subject: Descriptor,
): Promise<ReferrersList | undefined> {
  const descriptor = await target.resolve(repository, referrersTag(subject.digest));
  if (!descriptor || descriptor.digest === subject.digest) return undefined;
  if (!isIndexType(descriptor.mediaType))
    throw new KitwrightError('kit-malformed', `${referrersTag(subject.digest)} is no list of referrers.`);
  const { manifests } = parseJsonObject(await verifiedBytes(descriptor, target, maxManifestSize), 'list of referrers');
  return { descriptor, entries: (Array.isArray(manifests) ? manifests : []).filter(isObject) };
}

/** The same; undefined also for one that cannot be understood. Throws what the target throws. */
export async function usableReferrersList(
  target: ReadTarget,
  repository: string,
  subject: Descriptor,
): Promise<ReferrersList | undefined> {
  try {
    return await readReferrersList(target, repository, subject);
  } catch (error) {
    if (error instanceof KitwrightError && unusable.has(error.code)) return undefined;
    throw error;
  }
}

const unusable: ReadonlySet<string> = new Set(['kit-malformed', 'descriptor-mismatch']);

/** The bytes of a list, in the order of the digests: the same entries give the same bytes. */
export function referrersListBytes(entries: readonly JsonObject[]): Uint8Array {
  const manifests = [...entries].sort((a, b) => (plainText(a['digest']) < plainText(b['digest']) ? -1 : 1));
  return Buffer.from(jsonText({ schemaVersion: 2, mediaType: mediaTypes.index, manifests }));
}
