import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { annotationNames, isManifestType, mediaTypes } from '../oci/mediaTypes.ts';
import { type IndexEntry, parseModelIndex, tagOfEntry } from '../oci/modelIndex.ts';
import { maxManifestSize } from '../oci/parseJsonObject.ts';
import { displayReference, isTag, parseReference, type Reference } from '../oci/reference.ts';
import { referrerIn } from '../oci/referrer.ts';
import { isReferrersTag } from '../oci/referrerTags.ts';
import type { OciIndex } from '../store/ociIndex.ts';
import { verifiedBytes } from '../store/readVerified.ts';
import type { ReadTarget } from '../store/roles.ts';

/** A kit, or an index, in an archive, under the full name that it has or gets. */
export interface ArchiveKit {
  readonly name: Reference;
  readonly root: Descriptor;
  /** The kits of an index, with the tags that it records; none for a kit. */
  readonly members: readonly Omit<ArchiveKit, 'members'>[];
}

/**
 * The kits that the `index.json` of an archive names. A name that is only a tag, as other tools give it, is one of
 * `repository`, and without any name a kit is known there by its digest. Throws `kit-malformed` for what is no name, and
 * where one name stands for two kits.
 */
export async function archiveKits(
  source: ReadTarget,
  index: OciIndex,
  repository: string,
): Promise<readonly ArchiveKit[]> {
  const named = index.flatMap(({ annotations, ...root }) => {
    const text = annotations?.[annotationNames.refName];
    if (text === undefined || isReferrersTag(text)) return [];
    const name = nameOf(text, repository);
    if (name.isDigest && name.reference !== root.digest) throw noName(text);
    // Behind the name of a repository too: it would take the place of the signature that a kit of the store has.
    return isReferrersTag(name.reference ?? '') ? [] : [{ name, root }];
  });
  const roots = named.length ? named : await unnamedIn(source, index, repository);
  requireDistinct(roots);
  const kits: ArchiveKit[] = [];
  const entries = new Map<string, readonly IndexEntry[]>();
  let names = 0;
  for (const one of roots) {
    const { digest } = one.root;
    entries.set(digest, entries.get(digest) ?? (await entriesOf(source, one.root)));
    const members = membersOf(one, entries.get(digest) ?? []);
    names += 1 + members.length;
    if (names > maxNames) throw new KitwrightError('kit-malformed', `The archive gives more than ${maxNames} names.`);
    kits.push({ ...one, members });
  }
  return kits;
}

/** Of kits, and of the kits of indexes under each name of these. */
const maxNames = 100_000;

function nameOf(text: string, repository: string): Reference {
  try {
    const name = parseReference(/[:@]/.test(text) || !isTag(text) ? text : `${repository}:${text}`);
    if (name.reference !== undefined && !name.extraTags.length) return name;
  } catch {
    // Told below, as what it is: the archive is wrong, and not the user.
  }
  throw noName(text);
}

function noName(text: string): KitwrightError {
  return new KitwrightError('kit-malformed', `The archive gives a kit a name that is none: ${JSON.stringify(text)}.`, {
    data: { name: text },
  });
}

/** An archive without names, as `skopeo copy` makes it: what refers to nothing else is a kit. */
async function unnamedIn(source: ReadTarget, index: OciIndex, repository: string) {
  const roots: Omit<ArchiveKit, 'members'>[] = [];
  const unnamed = index.filter(
    ({ mediaType, annotations }) => isManifestType(mediaType) && annotations?.[annotationNames.refName] === undefined,
  );
  for (const { annotations: _, ...root } of new Map(unnamed.map((entry) => [entry.digest, entry])).values()) {
    const fields = referrerIn(await verifiedBytes(root, source, maxManifestSize), root.mediaType);
    if (!fields?.subject) roots.push({ name: parseReference(`${repository}@${root.digest}`), root });
  }
  return roots;
}

function requireDistinct(roots: readonly Omit<ArchiveKit, 'members'>[]): void {
  const known = new Map<string, string>();
  for (const { name, root } of roots) {
    const text = displayReference(name);
    if (known.has(text) && known.get(text) !== root.digest)
      throw new KitwrightError('kit-malformed', `In the archive ${text} stands for two kits.`, {
        data: { name: text },
      });
    known.set(text, root.digest);
  }
}

async function entriesOf(source: ReadTarget, root: Descriptor): Promise<readonly IndexEntry[]> {
  if (root.mediaType !== mediaTypes.index) return [];
  return parseModelIndex(await verifiedBytes(root, source, maxManifestSize)).entries;
}

/** As a pull of the index names them. */
function membersOf({ name }: Omit<ArchiveKit, 'members'>, entries: readonly IndexEntry[]) {
  return entries.map((entry) => {
    const { mediaType, digest, size } = entry.descriptor;
    const tag = tagOfEntry(entry);
    return {
      name: { ...name, reference: tag ?? digest, isDigest: tag === undefined },
      root: { mediaType, digest, size },
    };
  });
}
