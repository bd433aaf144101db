import {
  type KitSigning,
  parseReferrerFilter,
  type Reference,
  readTargets,
  repositoryOf,
  resolveKit,
} from '@kitwright/core/internal';
import { type CopiedKit, copyKit, type Sent } from '@kitwright/core/internal/builds';
import { type Destination, pushToPlugin } from './destination.ts';
import { admitKits } from './policy/acceptKits.ts';
import type { Session } from './Session.ts';

const nothingSent: Sent = { copied: 0, bytes: 0 };

/** What was uploaded: numbers of blobs and manifests. */
export interface PushedKit extends CopiedKit {
  readonly digest: string;
  readonly target: string;
}

/** How a kit is pushed. */
export interface PushKitOptions {
  /** What was uploaded before, while it was hashed; nothing by default. */
  readonly sent?: Sent | undefined;
  /** What is attached and travels along, as `--referrers` has it; `all` by default. */
  readonly referrers?: string;
  /** Signs the kit at the destination, before it gets its tags there. */
  readonly signing?: KitSigning | undefined;
}

/** Pushes a kit of the local stores. */
export async function pushKit(
  session: Session,
  source: Reference,
  destination: Destination,
  { sent = nothingSent, referrers = 'all', signing }: PushKitOptions = {},
): Promise<PushedKit> {
  if (destination.isPlugin) return pushToPlugin(session, source, destination, { referrers, signing });
  const { target, repository } = destination.open();
  const kit = await resolveKit(source, readTargets(session.stores()));
  const counts = await copyKit(session.kitwright(), {
    source: kit.target,
    from: repositoryOf(source),
    referrers: parseReferrerFilter(referrers),
    root: kit.descriptor,
    target,
    repository,
    tags: destination.tags,
    admit: admitKits(session, destination.key),
    signing,
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
  return { digest: kit.descriptor.digest, target: destination.text, ...copied };
}
