import {
  findKit,
  formatReference,
  type LoadedKit,
  loadKit,
  loadKitAt,
  namesTarget,
  type Place,
} from '@kitwright/core/internal';
import { requireTag } from './references.ts';
import { kitSources } from './remote.ts';
import type { Session } from './Session.ts';

/** A kit, and the name by which it is shown. */
export interface NamedKit {
  readonly name: string;
  readonly kit: LoadedKit;
}

/** Loads a kit by its reference, or by `word:location` at a target of a plugin. Throws `kit-not-found`, ... */
export async function loadNamed(session: Session, text: string, place: Place): Promise<NamedKit> {
  if (namesTarget(session.kitwright(), text)) return { name: text, kit: await loadAtTarget(session, text) };
  const reference = requireTag(text);
  return { name: formatReference(reference), kit: await loadKit(reference, kitSources(session, place)) };
}

/** Loads the kit at `word:location`; without a tag it is the latest. */
export async function loadAtTarget(session: Session, text: string): Promise<LoadedKit> {
  const { target, root } = await findKit({ kitwright: session.kitwright(), store: session.stores() }, text);
  return loadKitAt(root, target);
}
