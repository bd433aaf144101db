import { canonicalPlace } from './canonicalPlace.ts';
import { matchesPlace } from './matchesPlace.ts';

/** Is a rule with this pattern for the place, however either is spelled? */
export function concernsPlace(match: string, place: string): boolean {
  return matchesPlace(match, place) || matchesPlace(canonicalPlace(match), canonicalPlace(place));
}
