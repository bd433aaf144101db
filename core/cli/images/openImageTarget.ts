import {
  defaultTag,
  isDigest,
  isLocalOnly,
  KitwrightError,
  namesTarget,
  type OpenedTarget,
  openTarget,
  parseReference,
} from '@kitwright/core/internal';
import type { Session } from '../Session.ts';

/** Where an image goes, and the tags that it gets there. */
export interface ImageTarget {
  readonly opened: OpenedTarget;
  readonly tags: readonly string[];
}

/** Opens a registry, a layout or an archive. Throws `usage` for the local store, and for a digest. */
export function openImageTarget(session: Session, text: string): ImageTarget {
  const places = { kitwright: session.kitwright(), store: session.stores() };
  if (!namesTarget(places.kitwright, text) && (text.startsWith('store:') || isLocalOnly(parseReference(text))))
    throw new KitwrightError('usage', `--tag ${text} names the local store, which holds kits and no images.`, {
      hint: 'Name a registry (registry.example.com/team/model:v1-image), oci:DIRECTORY:tag or archive:FILE:tag.',
    });
  const opened = openTarget(places, text, 'push');
  if (opened.references.some(isDigest))
    throw new KitwrightError('usage', `--tag ${text} names a digest, and that of the image is not known before.`);
  return { opened, tags: opened.references.length ? opened.references : [defaultTag] };
}
