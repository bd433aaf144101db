import { compareNumbered, KitwrightError } from '@kitwright/core/internal';
import { parse, rcompare, type SemVer, satisfies, validRange } from 'semver';
import type { MirrorRule } from '../config/mirrorSchema.ts';
import { matchesPlace } from '../policy/matchesPlace.ts';

/** Which tags a rule chooses, the newest first. Throws `config-invalid` for a range that is none. */
export function selectTags(tags: readonly string[], { tags: patterns, semver, newest }: MirrorRule): readonly string[] {
  const matching = tags.filter((tag) => patterns.some((pattern) => matchesPlace(pattern, tag)));
  const sorted = semver === undefined ? matching.toSorted(byNumbers) : versionsIn(matching, semver);
  return sorted.slice(0, newest ?? sorted.length);
}

/** `run-12` is newer than `run-9`. */
function byNumbers(a: string, b: string): number {
  return compareNumbered(b, a);
}

/** A tag that is no version (semver.org 2.0.0; a `v` may stand before it) is left out. */
function versionsIn(tags: readonly string[], range: string): readonly string[] {
  if (validRange(range, true) === null)
    throw new KitwrightError('config-invalid', `${JSON.stringify(range)} is no range of versions.`, {
      hint: 'For example "^1.2", ">=1.2 <3" or "2.x".',
    });
  const versions = tags.flatMap((tag) => {
    const version = parse(tag, true);
    return version && satisfies(version, range, true) ? [{ tag, version }] : [];
  });
  return versions.toSorted(newestFirst).map(({ tag }) => tag);
}

type Version = { readonly tag: string; readonly version: SemVer };

function newestFirst(a: Version, b: Version): number {
  return rcompare(a.version, b.version) || byNumbers(a.tag, b.tag);
}
