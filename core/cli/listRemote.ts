import {
  canListNames,
  canListTags,
  createKitReader,
  type Descriptor,
  displayRepository,
  isReference,
  isReferrersTag,
  KitwrightError,
  type LocatedKit,
  mediaTypes,
  type NameLister,
  namesTarget,
  openTarget,
  parseReference,
  powerMissing,
  type ReadKit,
  type ReadTarget,
  type Reference,
  repositoryOf,
} from '@kitwright/core/internal';
import { openRemote } from './remote.ts';
import type { Session } from './Session.ts';

/** How many kits are requested in parallel. */
const together = 5;

/**
 * The kits of a remote repository in the order of the registry, one for each tag as `kit` lists them, or the one that
 * the reference names. Throws `kit-not-found`.
 */
export async function listRemote(session: Session, text: string): Promise<readonly LocatedKit[]> {
  if (namesTarget(session.kitwright(), text)) return listTarget(session, text);
  const reference = parseReference(text);
  const { target } = openRemote(session, reference, 'pull');
  const tags: string[] = reference.reference === undefined ? [] : [reference.reference];
  if (reference.reference === undefined && canListTags(target))
    for await (const tag of target.tags()) if (!isReferrersTag(tag)) tags.push(tag);
  const [kits, readKit]: [(LocatedKit | undefined)[], ReadKit] = [[], createKitReader()];
  for (let at = 0; at < tags.length; at += together)
    kits.push(
      ...(await Promise.all(tags.slice(at, at + together).map((tag) => listTag(session, reference, tag, readKit)))),
    );
  if (!tags.length || (reference.reference !== undefined && !kits[0]))
    throw new KitwrightError('kit-not-found', `There is no kit ${text}.`, {
      data: { reference: text },
      hint: 'Check the name, and "kitwright login".',
    });
  return kits.filter((kit) => kit !== undefined);
}

/** The kits of a target of a plugin, or the one that the text names. Throws `target-invalid` if it lists no tags. */
async function listTarget(session: Session, text: string): Promise<readonly LocatedKit[]> {
  const places = { kitwright: session.kitwright(), store: session.stores() };
  const { target, repository, references } = openTarget(places, text, 'pull');
  if (!references.length && canListNames(target)) return listNames(target);
  const tags = [...references];
  if (tags.length === 0) {
    if (!canListTags(target)) throw powerMissing(`${text} cannot list its tags: name the one to show.`, 'tags');
    for await (const tag of target.tags()) if (!isReferrersTag(tag)) tags.push(tag);
  }
  const [kits, readKit]: [(LocatedKit | undefined)[], ReadKit] = [[], createKitReader()];
  for (const tag of tags) {
    const descriptor = await target.resolve(repository, tag);
    kits.push(descriptor && (await listedKit(readKit, descriptor, target, repository, tag)));
  }
  return kits.filter((kit) => kit !== undefined);
}

/** An archive or layout: a kit has its full name there, or only a tag. */
async function listNames(target: ReadTarget & NameLister): Promise<readonly LocatedKit[]> {
  const [kits, readKit]: [(LocatedKit | undefined)[], ReadKit] = [[], createKitReader()];
  for (const name of target.names().filter((one) => !isReferrersTag(one) && isReference(one))) {
    const descriptor = await target.resolve('', name);
    const full = /[:@]/.test(name) ? parseReference(name) : undefined;
    const repository = full ? displayRepository(repositoryOf(full)) : '';
    kits.push(descriptor && (await listedKit(readKit, descriptor, target, repository, full?.reference ?? name, '')));
  }
  return kits.filter((kit) => kit !== undefined);
}

async function listTag(
  session: Session,
  reference: Reference,
  tag: string,
  readKit: ReadKit,
): Promise<LocatedKit | undefined> {
  const { target, repository } = openRemote(session, { ...reference, reference: tag, isDigest: false }, 'pull');
  const descriptor = await target.resolve(repository, tag);
  return descriptor && listedKit(readKit, descriptor, target, reference.repository, tag, repository);
}

/** Undefined for what is no kit. */
async function listedKit(
  readKit: ReadKit,
  descriptor: Descriptor,
  target: ReadTarget,
  repository: string,
  tag: string,
  location = repository,
): Promise<LocatedKit | undefined> {
  if (descriptor.mediaType === mediaTypes.index) return undefined;
  try {
    const { kitfile, manifest } = await readKit(descriptor, target);
    return { repository, digest: descriptor.digest, tags: [tag], kitfile, manifest, descriptor, target, location };
  } catch (error) {
    // A repository may hold images and signatures too; they are no kits, and `kit` leaves them out.
    if (error instanceof KitwrightError && error.code === 'kit-malformed') return undefined;
    throw error;
  }
}
