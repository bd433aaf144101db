import { type Digest, hexOf, isDigest } from './digest.ts';

/**
 * `sha256-<hex>`: the tag of the list of referrers where there is no referrers API (distribution-spec 1.1, "Referrers
 * Tag Schema").
 */
export function referrersTag(digest: Digest): string {
  return `sha256-${hexOf(digest)}`;
}

/** Signatures, attestations and SBOMs as cosign 1 and 2 name them (cosign, SIGNATURE_SPEC.md). */
const suffixes = ['.sig', '.att', '.sbom'] as const;

/** The tags under which cosign keeps what belongs to a manifest. */
export function cosignTags(digest: Digest): readonly string[] {
  return suffixes.map((suffix) => `${referrersTag(digest)}${suffix}`);
}

/** Is it a tag under which referrers are, in one way or the other, and no kit? */
export function isReferrersTag(tag: string): boolean {
  return /^sha256-[a-f0-9]{64}(?:\.(?:sig|att|sbom))?$/.test(tag);
}

const cosignTag = /^sha256-([a-f0-9]{64})\.(?:sig|att|sbom)$/;

/** The manifest to which a tag of cosign belongs; undefined for any other tag. */
export function subjectOfTag(tag: string): Digest | undefined {
  const digest = `sha256:${cosignTag.exec(tag)?.[1] ?? ''}`;
  return isDigest(digest) ? digest : undefined;
}
