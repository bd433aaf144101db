import type { Kitwright } from '../host/createKitwright.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { noReferrers } from '../oci/referrerFilter.ts';
import type { CopyOptions } from '../store/copy.ts';
import { copyReferrers } from '../store/referrers/copyReferrers.ts';
import type { Referrer, ReferrerSearch } from '../store/referrers/Referrer.ts';
import { referrersOf } from '../store/referrers/referrersOf.ts';
import { subjectsIn } from '../store/referrers/subjectsIn.ts';
import type { ReadTarget, Target } from '../store/roles.ts';

/** The referrers of a kit, or of one kit of an index, or of the index itself. */
export interface KitReferrers {
  readonly subject: Descriptor;
  readonly referrers: readonly Referrer[];
}

/** What belongs to a kit, directly or not; what is listed and unusable gives a warning (`referrersOf`). */
export function referrersOfKit(
  kitwright: Kitwright,
  search: Omit<ReferrerSearch, 'warn'>,
  root: Descriptor,
): Promise<readonly Referrer[]> {
  return referrersOf({ ...search, warn: warning(kitwright) }, root);
}

function warning({ diagnostic }: Kitwright): (message: string) => void {
  return (message) => diagnostic({ level: 'warning', message });
}

/** What belongs to everything that a name stands for: a kit, or an index and its kits. */
export async function referrersOfAll(
  kitwright: Kitwright,
  search: Omit<ReferrerSearch, 'warn'>,
  root: Descriptor,
): Promise<readonly KitReferrers[]> {
  const found: KitReferrers[] = [];
  if (search.filter === noReferrers) return found;
  for (const subject of await subjectsIn(search.target, root))
    found.push({ subject, referrers: await referrersOfKit(kitwright, search, subject) });
  return found;
}

/** Where referrers are copied to: `repository` as the target takes it. */
export interface ReferrersTarget {
  readonly source: ReadTarget;
  readonly target: Target;
  readonly repository: string;
}

/** Copies what was found, and returns how many there are. Throws what source and target throw. */
export async function copyKitReferrers(
  kitwright: Kitwright,
  { source, target, repository }: ReferrersTarget,
  options: CopyOptions,
  found: readonly KitReferrers[],
): Promise<number> {
  const warn = warning(kitwright);
  for (const { subject: root, referrers } of found)
    await copyReferrers({ source, target, repository, root, options, warn }, referrers);
  return found.reduce((sum, { referrers }) => sum + referrers.length, 0);
}
