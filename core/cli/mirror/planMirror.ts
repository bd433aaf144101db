import {
  type Descriptor,
  KitwrightError,
  loadIndexAt,
  matching,
  mediaTypes,
  type ReadTarget,
  tagOfEntry,
} from '@kitwright/core/internal';
import type { MirrorRule } from '../config/mirrorSchema.ts';
import type { MirrorPlace } from './openMirrorPlace.ts';
import { selectTags } from './selectTags.ts';

/** A kit, or an index, that is to be copied. */
export interface PlannedKit {
  readonly root: Descriptor;
  /** Undefined for a kit of an index that records no tag. */
  readonly tag: string | undefined;
}

/**
 * What a rule chooses at the source. Throws `kit-not-found` where that is nothing (a mistyped name would look like a mirror
 * that is up to date) and for a tag that is gone, and what the source throws.
 */
export async function planMirror(place: MirrorPlace, rule: MirrorRule): Promise<readonly PlannedKit[]> {
  const planned: PlannedKit[] = [];
  const tags = await place.tags();
  for (const tag of selectTags(tags, rule)) {
    const root = await place.target.resolve(place.repository, place.referenceOf(tag));
    if (!root)
      throw new KitwrightError('kit-not-found', `${place.place}:${tag} is gone.`, { data: { reference: tag } });
    for (const kit of rule.labels ? await labelled(place.target, root, rule.labels) : [{ root, tag }])
      planned.push(kit);
  }
  if (planned.length) return planned;
  throw new KitwrightError('kit-not-found', `The rule for ${place.place} chooses nothing.`, {
    data: { reference: place.place },
    hint: hintFor(tags, rule),
  });
}

/** Tags that a hint names. */
const mostShown = 5;

function hintFor(tags: readonly string[], { semver }: MirrorRule): string {
  if (!tags.length) return 'It has no tags: check its name.';
  const more = tags.length > mostShown ? ` and ${tags.length - mostShown} more` : '';
  const version = semver === undefined ? '' : '; with "semver" only versions of three numbers count, such as v1.2.0';
  return `It has the tags ${tags.slice(0, mostShown).join(', ')}${more}: check the patterns and labels${version}.`;
}

/** With labels only indexes count. */
async function labelled(
  target: ReadTarget,
  root: Descriptor,
  labels: readonly string[],
): Promise<readonly PlannedKit[]> {
  if (root.mediaType !== mediaTypes.index) return [];
  const { index } = await loadIndexAt(root, target);
  return matching(index, labels).map((entry) => {
    const { mediaType, digest, size } = entry.descriptor;
    return { root: { mediaType, digest, size }, tag: tagOfEntry(entry) };
  });
}
