import type { Mirror } from '@kitwright/registry';
import { concernsPlace } from '../policy/concernsPlace.ts';

/** Hosts that answer for the places that match. */
interface MirrorRule extends Mirror {
  readonly match: string;
}

/** The mirrors of a place, `registry/repository`. A pattern without a path is for all repositories of a registry. */
export function mirrorsFor(rules: readonly MirrorRule[]): (place: string) => readonly Mirror[] {
  return (place) =>
    rules.filter(({ match }) => concernsPlace(match.includes('/') || match === '**' ? match : `${match}/**`, place));
}
