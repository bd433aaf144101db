import {
  displayReference,
  findKit,
  isLocalOnly,
  KitwrightError,
  namesTarget,
  parseReference,
  withDefaultTag,
} from '@kitwright/core/internal';
import type { NamedImage } from '@kitwright/core/internal/builds';
import type { Session } from '../Session.ts';

/** Finds the image on which a modelcar is built: no kit, so no rule for kits concerns it. Throws `usage`, `kit-not-found`. */
export async function openBase(session: Session, text: string): Promise<NamedImage> {
  const places = { kitwright: session.kitwright(), store: session.stores() };
  const isTarget = namesTarget(places.kitwright, text);
  if (!isTarget && isLocalOnly(parseReference(text)))
    throw new KitwrightError('usage', `--base ${text} names no registry, and there are no images in the local store.`, {
      hint: `For an image of Docker Hub write docker.io/library/${text}; see also oci:DIRECTORY:tag and archive:FILE:tag.`,
    });
  const { target, root } = await findKit(places, text);
  const reference = isTarget ? undefined : displayReference(withDefaultTag(parseReference(text)));
  return { name: text, reference, root, target };
}
