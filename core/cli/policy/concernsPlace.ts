import { displayRepository } from '@kitwright/core/internal';
import { canonicalPlace } from './canonicalPlace.ts';
import { matchesPlace } from './matchesPlace.ts';

/** Is a rule with this pattern for the place, however either is spelled? A local name may stand without `localhost/`. */
export function concernsPlace(match: string, place: string): boolean {
  return (
    [place, displayRepository(place)].some((spelling) => matchesPlace(match, spelling)) ||
    matchesPlace(canonicalPlace(match), canonicalPlace(place))
  );
}
