import {
  type Ancestor,
  displayReference,
  findKit,
  KitwrightError,
  type LoadedKit,
  loadKit,
  loadKitAt,
  resolveAncestors,
} from '@kitwright/core/internal';
import { ancestorsOf } from '@kitwright/core/internal/builds';
import { labelledKit } from '../indexes/labelledKit.ts';
import { isAtTarget } from '../loadNamed.ts';
import { acceptKits } from '../policy/acceptKits.ts';
import { defaultToLatest, requireOne } from '../references.ts';
import { acceptedSources } from '../remote.ts';
import type { Session } from '../Session.ts';

/** The kit of an image, and the kits to which it refers. */
export interface ImageKit {
  readonly kit: LoadedKit;
  readonly ancestors: readonly Ancestor[];
  /** The name that the image may tell; undefined for a kit in a file, whose path is nobody's business. */
  readonly reference: string | undefined;
}

/** Finds a kit that rules and pins accept; `labels` choose one of an index. Throws as an unpack does. */
export async function findImageKit(session: Session, text: string, labels: readonly string[]): Promise<ImageKit> {
  if (!(await isAtTarget(session, text))) return findByName(session, text, labels);
  if (labels.length) throw new KitwrightError('usage', '--label needs a kit of the local store or of a registry.');
  const { allowRegistry: allowedRegistries } = session.options.network;
  const accept = acceptKits(session);
  const places = { kitwright: session.kitwright(), store: session.stores(), accept, allowedRegistries };
  const { target, root, opened } = await findKit(places, text);
  const kit = await loadKitAt(root, target);
  return { kit, ancestors: await ancestorsOf(places, opened, kit.kitfile), reference: undefined };
}

async function findByName(session: Session, text: string, labels: readonly string[]): Promise<ImageKit> {
  const named = defaultToLatest(requireOne(text), (shown) =>
    session.output.note(`No tag was given: the image is made of ${shown}`),
  );
  const sources = acceptedSources(session, 'anywhere');
  const { reference } = await labelledKit(session, named, labels, sources);
  const kit = await loadKit(reference, sources);
  const ancestors = await resolveAncestors(kit.kitfile, sources, { self: reference, from: reference });
  return { kit, ancestors, reference: displayReference(reference) };
}
