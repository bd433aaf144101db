import {
  allReferrers,
  type CopiedKit,
  copyKit,
  formatReference,
  type Reference,
  type ReferrerFilter,
  readTargets,
  repositoryOf,
  resolveKit,
  type Sent,
} from '@kitwright/core/internal';
import { openRemote } from './remote.ts';
import type { Session } from './Session.ts';

const nothingSent: Sent = { copied: 0, bytes: 0 };

/** What was uploaded: numbers of blobs and manifests. */
export interface PushedKit extends CopiedKit {
  readonly digest: string;
  readonly target: string;
}

/**
 * Pushes a kit of the local stores to its registry, or under another name. `sent` was uploaded before, while it was
 * hashed.
 */
export async function pushReference(
  session: Session,
  source: Reference,
  destination: Reference,
  sent: Sent = nothingSent,
  referrers: ReferrerFilter = allReferrers,
): Promise<PushedKit> {
  const { target, repository, references } = openRemote(session, destination, 'push');
  const kit = await resolveKit(source, readTargets(session.stores()));
  const counts = await copyKit(session.kitwright(), {
    source: kit.target,
    from: repositoryOf(source),
    referrers,
    root: kit.descriptor,
    target,
    repository,
    tags: destination.isDigest ? [] : references,
    concurrency: session.options.network.concurrency,
    signal: session.signal,
  });
  const copied = {
    ...counts,
    copied: counts.copied + sent.copied,
    existed: counts.existed - sent.copied,
    bytes: counts.bytes + sent.bytes,
  };
  session.debug(
    `${copied.copied} sent, ${copied.mounted} mounted, ${copied.existed} were there, ${copied.bytes} bytes.`,
  );
  return { digest: kit.descriptor.digest, target: formatReference(destination), ...copied };
}
