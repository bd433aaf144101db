import { KitwrightError } from '../../errors/KitwrightError.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { goJson } from '../../oci/goJson.ts';
import { imageConfigType } from '../../oci/imageConfig.ts';
import { plainText } from '../../oci/jsonText.ts';
import { descriptorFields, parseManifest } from '../../oci/manifest.ts';
import { mediaTypes } from '../../oci/mediaTypes.ts';
import { maxManifestSize } from '../../oci/parseJsonObject.ts';
import { contentOf, contentOfBytes } from '../contentOf.ts';
import { type CopyOptions, copy } from '../copy.ts';
import { verifiedBytes } from '../readVerified.ts';
import type { ReadTarget, Target } from '../roles.ts';
import { addUnderTag } from './addUnderTag.ts';
import { keepReferrer } from './keepReferrer.ts';
import { listedReferrers, manyReferrers } from './listedReferrers.ts';
import type { Referrer } from './Referrer.ts';
import { usableReferrersList } from './referrersList.ts';

/** Where referrers are copied from and to. Their subjects are there already. */
export interface ReferrersMove {
  readonly source: ReadTarget;
  readonly target: Target;
  /** For the target's `resolve` and `tag`. */
  readonly repository: string;
  /** The manifest whose referrers they are, directly or not. */
  readonly root: Descriptor;
  readonly options: CopyOptions;
  readonly warn: (message: string) => void;
}

/**
 * Copies referrers in the order of `referrersOf`, each with its blobs first, and makes each findable from its subject.
 * One that the target has and lists already costs no upload. Tags of cosign come last; one is replaced only by what
 * holds everything that it held, and signatures are added to those that are there. Throws what source and target throw.
 */
export async function copyReferrers(move: ReferrersMove, referrers: readonly Referrer[]): Promise<void> {
  const subjects = new Map(
    [move.root, ...referrers.map(({ descriptor }) => descriptor)].map((one) => [one.digest, one]),
  );
  const known = new Map<Digest, ReadonlySet<string>>();
  const left = new Set<Digest>();
  for (const referrer of referrers) {
    const subject = subjects.get(referrer.subject) as Descriptor;
    if (left.has(subject.digest)) left.add(referrer.descriptor.digest);
    if (left.has(referrer.descriptor.digest)) continue;
    if (!known.has(subject.digest)) known.set(subject.digest, await knownReferrers(move, subject));
    if (referrer.tag !== undefined) continue;
    const isKnown = known.get(subject.digest)?.has(referrer.descriptor.digest) === true;
    if (!(await isCopied(move, referrer, subject, isKnown))) left.add(referrer.descriptor.digest);
  }
  for (const referrer of referrers) if (referrer.tag !== undefined) await copyTagged(move, referrer, referrer.tag);
}

/** The digests that the target lists already, in one way or the other. */
async function knownReferrers(
  { target, repository }: ReferrersMove,
  subject: Descriptor,
): Promise<ReadonlySet<string>> {
  const listed = await listedReferrers(target, subject, manyReferrers);
  const list = await usableReferrersList(target, repository, subject);
  return new Set([
    ...listed.map(({ digest }) => digest),
    ...(list?.entries ?? []).map(({ digest }) => plainText(digest)),
  ]);
}

/** Anybody may attach something: what is wrong with it must not keep the kit from being copied. */
async function isCopied(
  move: ReferrersMove,
  referrer: Referrer,
  subject: Descriptor,
  isKnown: boolean,
): Promise<boolean> {
  try {
    await copyReferrer(move, referrer, subject, isKnown);
    return true;
  } catch (error) {
    if (!(error instanceof KitwrightError) || error.code !== 'kit-malformed') throw error;
    move.warn(`${referrer.descriptor.digest} is not copied: ${error.message}`);
    return false;
  }
}

async function copyReferrer(move: ReferrersMove, referrer: Referrer, subject: Descriptor, isKnown: boolean) {
  const { source, target, repository, options } = move;
  const { descriptor, bytes } = referrer;
  let isSent = false;
  await copy(source, target, bare(descriptor), {
    ...options,
    onDone: (done, outcome) => {
      isSent ||= done.digest === descriptor.digest && outcome !== 'exists';
      options.onDone?.(done, outcome);
    },
  });
  if (isKnown) return;
  // A manifest that is there and not listed: a registry lists what is pushed.
  if (!isSent) await target.push(bare(descriptor), contentOfBytes(bytes));
  await keepReferrer(target, repository, subject, descriptor);
}

function bare({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}

async function copyTagged(move: ReferrersMove, referrer: Referrer, tag: string) {
  const { source, target, repository, options, warn } = move;
  const { descriptor, bytes } = referrer;
  const there = await target.resolve(repository, tag);
  if (there && !(await holdsAll(bytes, there, target))) {
    if (await addMissing(move, referrer, there, tag)) return;
    warn(`${target.name} has others under ${tag}, which stay: those of ${source.name} are not copied.`);
    return;
  }
  await copy(source, target, bare(descriptor), options);
  if (there?.digest !== descriptor.digest) await target.tag(bare(descriptor), repository, tag);
}

/**
 * Cosign adds a layer for each signature: does the new manifest have all layers of the one that is there? Two keys sign the
 * same payload, so a layer is known by its annotations too, which hold the signature.
 */
async function holdsAll(bytes: Uint8Array, there: Descriptor, target: ReadTarget): Promise<boolean> {
  const layersIn = (manifest: Uint8Array) => parseManifest(manifest, there.mediaType).layers;
  try {
    const layers = new Set(layersIn(bytes).map(identityOf));
    const present = layersIn(await verifiedBytes(there, target, maxManifestSize));
    return present.every((layer) => layers.has(identityOf(layer)));
  } catch (error) {
    if (error instanceof KitwrightError && error.code === 'kit-malformed') return false;
    throw error;
  }
}

/** Adds signatures and attestations to those that are there; false if one of both is no image of cosign. */
async function addMissing(
  { source, target, repository }: ReferrersMove,
  { bytes }: Referrer,
  there: Descriptor,
  tag: string,
): Promise<boolean> {
  if (!/\.(?:sig|att)$/.test(tag) || there.mediaType !== mediaTypes.manifest) return false;
  const [ours, theirs] = [signaturesIn(bytes), signaturesIn(await verifiedBytes(there, target, maxManifestSize))];
  if (!ours || !theirs) return false;
  const known = new Set(theirs.map(identityOf));
  const missing = ours.filter((layer) => !known.has(identityOf(layer)));
  const blobs = missing.map((layer) => ({ descriptor: layer, content: contentOf(layer, source) }));
  if (blobs.length) await addUnderTag(target, repository, tag, blobs);
  return true;
}

/** The layers of an image of cosign; undefined for anything else. */
function signaturesIn(bytes: Uint8Array): readonly Descriptor[] | undefined {
  try {
    const { config, layers } = parseManifest(bytes, mediaTypes.manifest);
    return config.mediaType === imageConfigType ? layers : undefined;
  } catch (error) {
    if (error instanceof KitwrightError && error.code === 'kit-malformed') return undefined;
    throw error;
  }
}

function identityOf(layer: Descriptor): string {
  return goJson(descriptorFields(layer));
}
