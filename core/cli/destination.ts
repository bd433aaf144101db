import {
  defaultTag,
  displayReference,
  displayRepository,
  isDigest,
  type KitSigning,
  namesTarget,
  type OpenedTarget,
  openTarget,
  parseReference,
  placeOf,
  type Reference,
  repositoryOf,
  withDefaultTag,
} from '@kitwright/core/internal';
import { copy } from '@kitwright/core/internal/builds';
import { localName } from './localName.ts';
import { looksLikePlace } from './looksLikePlace.ts';
import { admitKits } from './policy/acceptKits.ts';
import { openRemote } from './remote.ts';
import type { Session } from './Session.ts';

/** Where kits are pushed: a repository at its registry, or a target of a plugin. */
export interface Destination {
  /** As it is shown. */
  readonly text: string;
  /** The same for all tags of one place. */
  readonly key: string;
  /** Empty for a digest. */
  readonly tags: readonly string[];
  /** The name of such a kit in the local store. */
  readonly local: Reference;
  readonly isPlugin: boolean;
  readonly nameOf: (tag: string) => string;
  readonly open: () => OpenedTarget;
}

/**
 * The destination that a text names, opened once, so that an impossible push is an error before anything is done. Throws
 * `reference-invalid`, `target-invalid` and what the plugin throws.
 */
export function destinationOf(session: Session, text: string): Destination {
  const destination = isPlace(session, text)
    ? pluginDestination(session, text)
    : registryDestination(session, withDefaultTag(parseReference(text)));
  destination.open();
  return destination;
}

/** Does a text name a target of a plugin? A name that `kit` would take stays a name. */
export function isPlace(session: Session, text: string): boolean {
  return looksLikePlace(text) && namesTarget(session.kitwright(), text);
}

/** A repository at its registry. */
export function registryDestination(session: Session, reference: Reference): Destination {
  const repository = displayRepository(repositoryOf(reference));
  return {
    text: displayReference(reference),
    key: repositoryOf(reference),
    tags: reference.isDigest ? [] : [reference.reference ?? defaultTag, ...reference.extraTags],
    local: reference,
    isPlugin: false,
    nameOf: (tag) => `${repository}:${tag}`,
    open: () => openRemote(session, { ...reference, extraTags: [] }, 'push'),
  };
}

/** `word:location`, at a target of a plugin. */
export function pluginDestination(session: Session, text: string): Destination {
  const open = () => openTarget({ kitwright: session.kitwright(), store: session.stores() }, text, 'push');
  const { repository, references } = open();
  const named = references.filter((reference) => !isDigest(reference));
  const tags = named.length || references.length ? named : [defaultTag];
  const place = placeOf(text, references);
  const [first = defaultTag, ...others] = tags;
  return {
    text,
    key: place,
    tags,
    local: parseReference([`${localName(repository || place)}:${first}`, ...others].join(',')),
    isPlugin: true,
    nameOf: (tag) => `${place}:${tag}`,
    open,
  };
}

/** Copies a kit of the local store to a target of a plugin, with the kits that it refers to if the target keeps them. */
export async function pushToPlugin(
  session: Session,
  source: Reference,
  { text, tags, key }: Destination,
  { referrers, signing }: { readonly referrers: string; readonly signing?: KitSigning | undefined },
) {
  const {
    descriptor,
    referenced: _,
    ...counts
  } = await copy(session.kitwright(), {
    from: `store:${displayReference({ ...source, extraTags: [] })}`,
    to: text,
    admit: admitKits(session, key),
    referrers,
    signing,
    store: session.stores(),
    concurrency: session.options.network.concurrency,
    signal: session.signal,
    tags,
  });
  return { digest: descriptor.digest, target: text, ...counts };
}
