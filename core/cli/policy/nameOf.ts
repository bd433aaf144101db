import { displayRepository, isDigest, type OfferedKit } from '@kitwright/core/internal';

/** The name of an offered kit in messages, as commands take it: `place:tag`, `place@digest`. */
export function nameOf(kit: OfferedKit): string {
  return displayRepository(fullNameOf(kit));
}

/** The same in pins: a local one with `localhost/`. */
export function fullNameOf({ place, reference, root }: OfferedKit): string {
  if (reference === undefined) return `${place}@${root.digest}`;
  return `${place}${isDigest(reference) ? '@' : ':'}${reference}`;
}
