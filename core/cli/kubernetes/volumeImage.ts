import { join } from 'node:path';
import {
  displayReference,
  displayRepository,
  findKit,
  isLocalOnly,
  KitwrightError,
  parseReference,
  type Reference,
  repositoryOf,
  withDefaultTag,
} from '@kitwright/core/internal';
import { kitImages, parseFilters, rootOf } from '@kitwright/core/internal/builds';
import { findImageKit } from '../images/findImageKit.ts';
import { imageSettings } from '../images/imageSettings.ts';
import type { Session } from '../Session.ts';
import { requireImage } from './kubernetesName.ts';

/** The image of a model by its digest, for a volume; `isThere` is false if nobody looked whether the registry has it. */
export interface VolumeImage {
  readonly image: string;
  readonly isThere: boolean;
}

/**
 * The image that a user named, by its digest; else that which `kitwright image` makes of the kit, in the kit's repository.
 * Throws `usage`, `kit-not-found`, `image-refused`.
 */
export async function volumeImage(
  session: Session,
  reference: Reference,
  named: string | undefined,
): Promise<VolumeImage> {
  return named === undefined ? madeImage(session, reference) : namedImage(session, requireImage(named, '--image'));
}

async function namedImage(session: Session, text: string): Promise<VolumeImage> {
  const reference = parseReference(text);
  if (isLocalOnly(reference))
    throw new KitwrightError('usage', `--image ${text} names no registry, from which a node could pull it.`);
  if (reference.isDigest) return { image: text, isThere: false };
  const { root } = await findKit({ kitwright: session.kitwright(), store: session.stores() }, `registry:${text}`);
  return { image: `${displayRepository(repositoryOf(reference))}@${root.digest}`, isThere: true };
}

async function madeImage(session: Session, reference: Reference): Promise<VolumeImage> {
  const place = displayRepository(repositoryOf(reference));
  const found = await findImageKit(session, displayReference(reference), []);
  using made = await kitImages(session.kitwright(), {
    ...imageSettings({ type: 'view', platform: [] }),
    ...found,
    selection: parseFilters([]),
    labels: {},
    annotations: {},
    base: undefined,
    created: undefined,
    scratch: join(session.stores().root, 'cache', 'image'),
    signal: session.signal,
  });
  return { image: `${place}@${rootOf(made.images, made.annotations).root.digest}`, isThere: false };
}

/** The tag by which a push of that image is shown. */
export function imageTag(reference: Reference): string {
  const { reference: tag = 'latest', isDigest } = withDefaultTag(reference);
  return `${displayRepository(repositoryOf(reference))}:${isDigest ? 'image' : `${tag}-image`}`;
}
