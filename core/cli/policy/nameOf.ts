import { isDigest, type OfferedKit } from '@kitwright/core/internal';

/** The name of an offered kit in messages and pins: `place:tag`, `place@digest`. */
export function nameOf({ place, reference, root }: OfferedKit): string {
  if (reference === undefined) return `${place}@${root.digest}`;
  return `${place}${isDigest(reference) ? '@' : ':'}${reference}`;
}
