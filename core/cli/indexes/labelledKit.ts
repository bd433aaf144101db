import {
  type IndexEntry,
  loadIndexAt,
  type Reference,
  resolveKit,
  selectEntry,
  type TargetSource,
  tagOfEntry,
} from '@kitwright/core/internal';
import type { Session } from '../Session.ts';

/** The kit of an index, by its digest in the index's repository. */
export interface LabelledKit {
  readonly reference: Reference;
  /** The tag that the index recorded. */
  readonly tag: string | undefined;
}

export function kitReference(index: Reference, { descriptor }: IndexEntry): Reference {
  return {
    ...index,
    reference: descriptor.digest,
    isDigest: true,
  };
}

/**
 * Chooses the one kit of an index that has the labels, and says why where limits decided; without labels the reference is
 * that of a kit already. Throws `index-selection`, `index-invalid`, `kit-not-found`.
 */
export async function labelledKit(
  { output }: Session,
  index: Reference,
  labels: readonly string[],
  sources: readonly TargetSource[],
): Promise<LabelledKit> {
  if (!labels.length) return { reference: index, tag: undefined };
  const { descriptor, target } = await resolveKit(index, sources);
  const { entry, reason } = selectEntry((await loadIndexAt(descriptor, target)).index, labels);
  if (reason !== undefined) output.note(`Chosen: ${reason}`);
  return { reference: kitReference(index, entry), tag: tagOfEntry(entry) };
}
