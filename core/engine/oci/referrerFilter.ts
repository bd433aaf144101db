import { KitwrightError } from '../errors/KitwrightError.ts';
import { isMediaType, mediaTypes } from './mediaTypes.ts';

/** Which referrers of a kit are meant. */
export interface ReferrerFilter {
  readonly includes: (artifactType: string) => boolean;
  /** Are the signatures, attestations and SBOMs meant that cosign keeps under tags? */
  readonly hasCosignTags: boolean;
}

export const allReferrers: ReferrerFilter = { includes: () => true, hasCosignTags: true };
export const noReferrers: ReferrerFilter = { includes: () => false, hasCosignTags: false };

/** Sigstore bundles (also signed attestations), cosign's experimental referrers, and Notation's signatures. */
const signature =
  /^application\/vnd\.(?:dev\.sigstore\.bundle[.+].*|dev\.cosign\.artifact\.(?:sig|att)\..*|cncf\.notary\.signature)$/;

/**
 * Reads `all`, `signatures`, `none` or an artifact type. `signatures` are signatures and signed attestations of cosign,
 * Sigstore and Notation. Throws `usage`.
 */
export function parseReferrerFilter(text: string): ReferrerFilter {
  if (text === 'none') return noReferrers;
  if (text === 'all') return allReferrers;
  if (text === 'signatures') return { includes: (type) => signature.test(type), hasCosignTags: true };
  if (isMediaType(text)) return { includes: (type) => type === text, hasCosignTags: false };
  throw new KitwrightError(
    'usage',
    `Which referrers are meant by ${JSON.stringify(text)}? Use all, signatures, none or an artifact type.`,
    { hint: `An artifact type is a media type, for example ${mediaTypes.sigstoreBundle}.` },
  );
}
