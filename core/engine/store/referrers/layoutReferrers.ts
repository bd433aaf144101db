import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { isManifestType } from '../../oci/mediaTypes.ts';
import { maxManifestSize } from '../../oci/parseJsonObject.ts';
import { type ReferrerFields, referrerIn } from '../../oci/referrer.ts';
import { contentOfBytes } from '../contentOf.ts';
import type { OciIndex } from '../ociIndex.ts';
import { readVerified, verifiedBytes } from '../readVerified.ts';
import type { Content, ReadTarget } from '../roles.ts';

/** What the manifests of an OCI layout refer to. */
export interface LayoutReferrers {
  /** The manifest that is pushed, if it refers to another one, with its artifact type; and its content. */
  readonly take: (descriptor: Descriptor, content: Content) => Promise<TakenManifest>;
  /** The entries of the index that refer to a manifest. */
  readonly of: (index: OciIndex, subject: Digest, source: ReadTarget) => AsyncGenerator<Descriptor>;
}

export interface TakenManifest {
  readonly content: Content;
  /** Undefined for everything but a referrer. */
  readonly referrer: Descriptor | undefined;
}

/**
 * An OCI layout has no list of referrers: those that its `index.json` names are found by looking into them, as oras does.
 * Each is looked into once.
 */
export function createLayoutReferrers(): LayoutReferrers {
  const known = new Map<Digest, ReferrerFields | undefined>();
  const fieldsOf = async (entry: Descriptor, source: ReadTarget): Promise<ReferrerFields | undefined> => {
    if (!known.has(entry.digest)) known.set(entry.digest, await readFields(entry, source));
    return known.get(entry.digest);
  };
  let last: { readonly index: OciIndex; readonly bySubject: Promise<BySubject> } | undefined;
  return {
    take: async (descriptor, content) => {
      if (!isManifestType(descriptor.mediaType) || descriptor.size > maxManifestSize)
        return { content, referrer: undefined };
      const parts: Uint8Array[] = [];
      await readVerified(descriptor, content, 'the source', (block) => void parts.push(Buffer.from(block)));
      const bytes = Buffer.concat(parts);
      const fields = referrerIn(bytes, descriptor.mediaType);
      known.set(descriptor.digest, fields);
      return {
        content: contentOfBytes(bytes),
        referrer: fields?.subject && { ...descriptor, artifactType: fields.artifactType },
      };
    },
    of: async function* (index, subject, source) {
      // An archive of many kits is asked for the referrers of each: its index is gone through once.
      if (last?.index !== index) last = { index, bySubject: bySubject(index, (entry) => fieldsOf(entry, source)) };
      yield* (await last.bySubject).get(subject) ?? [];
    },
  };
}

type BySubject = ReadonlyMap<Digest, readonly Descriptor[]>;

async function bySubject(
  index: OciIndex,
  fieldsOf: (entry: Descriptor) => Promise<ReferrerFields | undefined>,
): Promise<BySubject> {
  const found = new Map<Digest, Descriptor[]>();
  for (const { mediaType, digest, size } of new Map(index.map((entry) => [entry.digest, entry])).values()) {
    const fields = await fieldsOf({ mediaType, digest, size });
    if (!fields?.subject) continue;
    const descriptor = { mediaType, digest, size, artifactType: fields.artifactType };
    const group = found.get(fields.subject.digest) ?? [];
    group.push(descriptor);
    found.set(fields.subject.digest, group);
  }
  return found;
}

/** Undefined for what is no manifest, or is not there: an index of others may name anything. */
async function readFields(entry: Descriptor, source: ReadTarget): Promise<ReferrerFields | undefined> {
  if (!isManifestType(entry.mediaType)) return undefined;
  try {
    return referrerIn(await verifiedBytes(entry, source, maxManifestSize), entry.mediaType);
  } catch {
    return undefined;
  }
}
