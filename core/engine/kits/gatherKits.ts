import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Kitfile } from '../kitfile/Kitfile.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, isDigest } from '../oci/digest.ts';
import { displayReference, displayRepository, repositoryOf } from '../oci/reference.ts';
import type { ArchiveBlob } from '../store/archive/ArchiveContents.ts';
import { checkSubject } from '../store/copy.ts';
import type { Referrer } from '../store/referrers/Referrer.ts';
import type { ReadTarget } from '../store/roles.ts';
import { ancestorsOf } from './ancestorsOf.ts';
import { createKitReader } from './createKitReader.ts';
import { findKit } from './findKit.ts';
import { kitfileOf } from './kitfileOf.ts';
import type { KitPlaces } from './kitSources.ts';
import type { ReadKit } from './loadKit.ts';
import { rememberRead } from './rememberRead.ts';
import type { WalkedManifest } from './walkContents.ts';
import { type KitContents, walkKit } from './walkKit.ts';

/** A kit, or an index, with the name by which it is known wherever it is taken. */
export interface GatheredKit {
  /** As `list` shows it: `registry/repository:tag`, with `@digest` where it was named by that. */
  readonly name: string;
  /** With the artifact type that its manifest has. */
  readonly root: Descriptor;
  /** False for a kit that is there because another one refers to it. */
  readonly isNamed: boolean;
  /** Undefined for an index, and for what is no kit. */
  readonly kitfile: Kitfile | undefined;
}

/** Kits with everything that belongs to them. */
export interface GatheredKits {
  readonly kits: readonly GatheredKit[];
  readonly referrers: readonly Referrer[];
  /** Each blob and manifest once. */
  readonly blobs: readonly ArchiveBlob[];
}

interface Gathering {
  readonly places: KitPlaces & { readonly readKit: ReadKit };
  /** What belongs to a kit of a place: many names may stand for it. */
  readonly walks: Map<string, Promise<KitContents>>;
  readonly kits: Map<string, GatheredKit>;
  readonly referrers: Map<string, Referrer>;
  readonly blobs: Map<Digest, ArchiveBlob>;
  readonly signal: AbortSignal;
}

/**
 * Finds everything that belongs to some kits: the kits of an index, the whole chain of kits to which each refers, and all
 * that is attached to any of them. Manifests are read and verified, blobs are not read. Throws `kit-not-found` also for a
 * kit of a chain, `reference-invalid` where two kits would have one name, and what the targets throw.
 */
export async function gatherKits(
  places: KitPlaces,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<GatheredKits> {
  const gathering: Gathering = {
    places: { ...places, readKit: createKitReader() },
    walks: new Map(),
    kits: new Map(),
    referrers: new Map(),
    blobs: new Map(),
    signal,
  };
  for (const text of texts) await gather(gathering, text);
  const { kits, referrers, blobs } = gathering;
  return { kits: [...kits.values()], referrers: [...referrers.values()], blobs: [...blobs.values()] };
}

async function gather(gathering: Gathering, text: string): Promise<void> {
  const { places } = gathering;
  const { opened, target, root, reference } = await findKit(places, text);
  const { repository } = opened;
  const name = repository === '' ? reference : nameIn(repository, reference);
  const kitfile = await kitfileOf(root, target, places.readKit);
  const manifests = await take(gathering, { name, root, isNamed: true, kitfile }, target, repository);
  for (const { descriptor } of manifests) {
    const own = descriptor.digest === root.digest ? kitfile : await kitfileOf(descriptor, target, places.readKit);
    for (const { reference: parent, kit } of own ? await ancestorsOf(places, opened, own) : []) {
      // The kits of an index may all refer to one.
      if (isTaken(gathering, displayReference(parent), kit.descriptor)) continue;
      const ancestor = { name: displayReference(parent), root: kit.descriptor, isNamed: false, kitfile: kit.kitfile };
      // An archive has no repositories: what belongs to its kits is there whatever they are called.
      const isCarried = repository === '' && kit.target.name === target.name;
      await take(gathering, ancestor, kit.target, isCarried ? '' : repositoryOf(parent));
    }
  }
}

function isTaken({ kits }: Gathering, name: string, { digest }: Descriptor): boolean {
  return kits.get(name)?.root.digest === digest;
}

function nameIn(repository: string, reference: string): string {
  return `${displayRepository(repository)}${isDigest(reference) ? '@' : ':'}${reference}`;
}

/** Takes a kit with what is attached to it; gives the manifests that its name stands for. */
async function take(
  gathering: Gathering,
  kit: GatheredKit,
  target: ReadTarget,
  repository: string,
): Promise<readonly WalkedManifest[]> {
  const { kits, blobs, places, walks, signal } = gathering;
  const before = kits.get(kit.name);
  if (before && before.root.digest !== kit.root.digest) throw sameName(kit, before);
  const walk = () => walkKit(places.kitwright, { target, repository, root: kit.root }, blobs, signal);
  const { manifests, referrers } = await rememberRead(walks, `${target.name} ${repository} ${kit.root.digest}`, walk);
  // Whoever reads it where it goes would find it beside the signatures of another kit.
  for (const { subject, descriptor } of manifests) checkSubject({ subject }, descriptor);
  const root = typedRoot(kit.root, manifests);
  kits.set(kit.name, { ...kit, root, isNamed: kit.isNamed || before?.isNamed === true });
  for (const referrer of referrers)
    gathering.referrers.set(`${referrer.descriptor.digest} ${referrer.tag ?? ''}`, referrer);
  return manifests;
}

function typedRoot({ mediaType, digest, size }: Descriptor, [first]: readonly WalkedManifest[]): Descriptor {
  const artifactType = first?.artifactType;
  return { mediaType, digest, size, ...(artifactType === undefined ? {} : { artifactType }) };
}

function sameName({ name, root }: GatheredKit, other: GatheredKit): KitwrightError {
  return new KitwrightError('reference-invalid', `${name} names two kits: ${root.digest} and ${other.root.digest}.`, {
    data: { reference: name, digests: [root.digest, other.root.digest] },
    hint: 'A kit refers to one of them, and the local store or your command names the other: see "kitwright list".',
  });
}
