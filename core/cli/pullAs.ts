import {
  acceptingSource,
  allReferrers,
  type ReadTarget,
  type Reference,
  type ReferrerFilter,
  repositoryOf,
  requireKit,
  resolveKit,
} from '@kitwright/core/internal';
import { copyKit } from '@kitwright/core/internal/builds';
import { acceptKits } from './policy/acceptKits.ts';
import { openRemote } from './remote.ts';
import type { Session } from './Session.ts';

/**
 * Pulls one kit into the local store under these tags and returns its digest. Throws `kit-not-found` and what copying
 * throws.
 */
export async function pullAs(
  session: Session,
  reference: Reference,
  tags: readonly string[],
  referrers: ReferrerFilter = allReferrers,
): Promise<string> {
  return copyHere(session, openRemote(session, reference, 'pull').target, reference, tags, referrers);
}

/** The same from a repository that is open. */
export async function copyHere(
  session: Session,
  source: ReadTarget,
  reference: Reference,
  tags: readonly string[],
  referrers: ReferrerFilter,
): Promise<string> {
  const { descriptor } = await resolveKit(reference, [acceptingSource(() => source, acceptKits(session))]);
  requireKit(descriptor);
  await copyKit(session.kitwright(), {
    source,
    from: repositoryOf(reference),
    referrers,
    root: descriptor,
    target: session.stores().local,
    repository: repositoryOf(reference),
    tags,
    concurrency: session.options.network.concurrency,
    signal: session.signal,
  });
  return descriptor.digest;
}
