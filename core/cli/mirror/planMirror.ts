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
  for (const tag of selectTags(await place.tags(), rule)) {
    const root = await place.target.resolve(place.repository, place.referenceOf(tag));
    if (!root)
      throw new KitwrightError('kit-not-found', `${place.place}:${tag} is gone.`, { data: { reference: tag } });
    planned.push(...(rule.labels ? await labelled(place.target, root, rule.labels) : [{ root, tag }]));
  }
  if (planned.length) return planned;
  throw new KitwrightError('kit-not-found', `The rule for ${place.place} chooses nothing.`, {
    data: { reference: place.place },
    hint: 'Check the name of the repository, the patterns and the range.',
  });
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
