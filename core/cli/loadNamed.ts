import {
  type AcceptKit,
  findKit,
  formatReference,
  type LoadedKit,
  loadKit,
  loadKitAt,
  namesTarget,
  type Place,
  parseReference,
  type Reference,
  readTargets,
  repositoryOf,
  type TargetSource,
} from '@kitwright/core/internal';
import { acceptKits } from './policy/acceptKits.ts';
import { requireTag } from './references.ts';
import { acceptedSources, kitSources } from './remote.ts';
import type { Session } from './Session.ts';

/** A kit, and the name by which it is shown. */
export interface NamedKit {
  readonly name: string;
  readonly kit: LoadedKit;
  /** For the `resolve` of the kit's target. */
  readonly repository: string;
}

/** Loads a kit by its reference, or by `word:location` at a target of a plugin, to be shown. Throws `kit-not-found`, ... */
export async function loadNamed(session: Session, text: string, place: Place): Promise<NamedKit> {
  if (await isAtTarget(session, text)) return { name: text, ...(await findAtTarget(session, text)) };
  return loadFrom(text, kitSources(session, place));
}

/** The same for a command that uses it: it must be accepted. */
export async function loadAccepted(session: Session, text: string): Promise<NamedKit> {
  if (await isAtTarget(session, text))
    return { name: text, ...(await findAtTarget(session, text, acceptKits(session))) };
  return loadFrom(text, acceptedSources(session, 'anywhere'));
}

async function loadFrom(text: string, sources: readonly TargetSource[]): Promise<NamedKit> {
  const reference = requireTag(text);
  const kit = await loadKit(reference, sources);
  return { name: formatReference(reference), kit, repository: repositoryOf(reference) };
}

/**
 * Is it `word:location` at a target of a plugin? A local kit of that name, such as `archive:v1`, comes first: `kit` knows
 * no targets.
 */
export async function isAtTarget(session: Session, text: string): Promise<boolean> {
  if (!namesTarget(session.kitwright(), text)) return false;
  const reference = referenceOf(text);
  if (reference?.reference === undefined) return true;
  for (const store of readTargets(session.stores()))
    if (await store.resolve(repositoryOf(reference), reference.reference)) return false;
  return true;
}

/** Undefined if it is no reference. */
function referenceOf(text: string): Reference | undefined {
  try {
    return parseReference(text);
  } catch {
    return undefined;
  }
}

async function findAtTarget(
  session: Session,
  text: string,
  accept?: AcceptKit,
): Promise<Pick<NamedKit, 'kit' | 'repository'>> {
  const places = { kitwright: session.kitwright(), store: session.stores(), accept };
  const { target, root, opened } = await findKit(places, text);
  return { kit: await loadKitAt(root, target), repository: opened.repository };
}

/** A kit at a target, and where it comes from for what it refers to. */
export interface KitAtTarget {
  readonly kit: LoadedKit;
  readonly reference: Reference;
}

/** Loads the kit at `word:location`, to be used: it must be accepted. Without a tag it is the latest. */
export async function loadAtTarget(session: Session, text: string): Promise<KitAtTarget> {
  const { kit, repository } = await findAtTarget(session, text, acceptKits(session));
  return { kit, reference: originOf(repository) };
}

/**
 * Where a kit comes from, for what it refers to: its repository, however that was spelled. Nothing is known of a kit at a
 * target without repositories but what it holds: its references are those of a local kit.
 */
export function originOf(repository: string): Reference {
  return parseReference(repository === '' ? 'kit:latest' : repository);
}
