import { existsSync, readFileSync } from 'node:fs';
import type { Descriptor } from '../../oci/descriptor.ts';
import { isManifestType } from '../../oci/mediaTypes.ts';
import { maxManifestSize } from '../../oci/parseJsonObject.ts';
import { referrerIn } from '../../oci/referrer.ts';
import { subjectOfTag } from '../../oci/referrerTags.ts';
import { indexLookup } from '../indexLookup.ts';
import { type Attached, type KitIndex, readIndex } from '../kitIndex.ts';
import type { ReferrerDropper, ReferrerLister, TagFinder } from '../roles.ts';
import type { StoreLayout } from '../storeLayout.ts';
import { isOfItsOwn } from './isOfItsOwn.ts';

/** What the local store knows of referrers: its index lists them beside the names of kits. */
export interface StoredReferrers extends ReferrerLister, ReferrerDropper, TagFinder {
  /** All that belongs to kits. */
  readonly attached: () => readonly Attached[];
}

/** Changes the index of the store. */
export type UpdateIndex = (change: (index: KitIndex) => KitIndex) => Promise<void>;

export function storedReferrers(layout: StoreLayout, update: UpdateIndex): StoredReferrers {
  return {
    attached: () => readIndex(layout).attached,
    referrers: async function* ({ digest }) {
      // After a crash of a collection the index may still name what is gone.
      for (const { descriptor } of indexLookup(layout).bySubject(digest))
        if (existsSync(layout.blob(descriptor.digest))) yield descriptor;
    },
    findTags: async (_repository, tags) => tags.filter((tag) => indexLookup(layout).isTag(tag)),
    dropReferrer: ({ digest }) =>
      update((index) => ({
        ...index,
        attached: index.attached.filter(({ descriptor }) => descriptor.digest !== digest),
      })),
  };
}

/** What a manifest that was stored belongs to; undefined for one that is no referrer. */
export function attachedBySubject(layout: StoreLayout, stored: Descriptor): Attached | undefined {
  if (!isManifestType(stored.mediaType) || stored.size > maxManifestSize) return undefined;
  const fields = referrerIn(readFileSync(layout.blob(stored.digest)), stored.mediaType);
  if (!fields?.subject) return undefined;
  const { mediaType, digest, size } = stored;
  const descriptor = { mediaType, digest, size, artifactType: fields.artifactType };
  return { descriptor, subject: fields.subject.digest, name: undefined };
}

/**
 * What gets a tag of cosign belongs to the kit that the tag names, if the store has it; undefined for any other tag, and
 * for a kit: an index, or a kit that refers to it, chooses such a tag too.
 */
export function attachedByTag(
  layout: StoreLayout,
  { mediaType, digest, size }: Descriptor,
  repository: string,
  tag: string | undefined,
): Attached | undefined {
  const subject = tag === undefined ? undefined : subjectOfTag(tag);
  if (tag === undefined || !subject || !existsSync(layout.blob(subject))) return undefined;
  if (isOfItsOwn(readFileSync(layout.blob(digest)), mediaType)) return undefined;
  return { descriptor: { mediaType, digest, size }, subject, name: { repository, tag } };
}
