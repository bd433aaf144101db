import { isDeepStrictEqual } from 'node:util';
import { KitwrightError } from '../errors/KitwrightError.ts';
import type { BuildHooks, SignedEvidence } from '../host/buildHooks.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import type { Evidence, Statement } from '../host/Evidence.ts';
import type { Calls } from '../host/hooks.ts';
import type { OpenedSigner } from '../host/Signer.ts';
import { type Descriptor, descriptorOf } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { contentOfBytes } from '../store/contentOf.ts';
import { addUnderTag } from '../store/referrers/addUnderTag.ts';
import { type ArtifactBlob, storeArtifact } from '../store/referrers/storeArtifact.ts';
import type { Target } from '../store/roles.ts';
import { factsOf, type Proof } from './verifyKit.ts';
import type { HeldKit } from './withHeldKit.ts';

/** Who signs a kit, and what with it. */
export interface KitSigning {
  readonly signer: OpenedSigner;
  readonly annotations: Readonly<Record<string, string>>;
  /** Makes an attestation instead of a signature. */
  readonly statement?: Statement | undefined;
}

/**
 * Signs the manifest of a kit, and stores the evidence beside it. It is signed by its digest: a tag that moves meanwhile
 * changes nothing. What the signer has signed already, with the same annotations, is not stored twice. Throws what the
 * signer and the target throw; nothing is stored before all of it is signed.
 */
export function signKit(
  kitwright: Kitwright,
  kit: HeldKit,
  signing: KitSigning,
  signal: AbortSignal,
): Promise<readonly SignedEvidence[]> {
  return signWith(kitwright, kitwright.beginBuild(), kit, signing, signal);
}

/** The same within a run. */
export async function signWith(
  kitwright: Kitwright,
  hooks: Calls<BuildHooks>,
  { target, repository, root }: HeldKit,
  { signer, annotations, statement }: KitSigning,
  signal: AbortSignal,
): Promise<readonly SignedEvidence[]> {
  const { mediaType, digest, size } = root;
  const subject = { mediaType, digest, size };
  const made = await signer.sign({ subject, repository, annotations, statement });
  const { facts } = await factsOf(kitwright, { target, repository, root: subject }, signer.own);
  const signed: SignedEvidence[] = [];
  for (const evidence of made) {
    const known = await provenBefore(signer, evidence, subject, facts);
    const manifest = known ?? (await storeEvidence(target, repository, subject, evidence));
    signed.push({ evidence, manifest, existed: known !== undefined });
  }
  await hooks.signed({ subject, target: target.name, repository, evidence: signed }, { signal });
  return signed;
}

/** The manifest that proves the same already; undefined if there is none. Throws if the evidence proves nothing. */
async function provenBefore(
  { own }: OpenedSigner,
  evidence: Evidence,
  subject: Descriptor,
  facts: readonly Proof[],
): Promise<Digest | undefined> {
  const [fact] = await own.verify({ ...evidence, descriptor: subject }, subject);
  if (!fact) throw new KitwrightError('signature-invalid', `What was signed about ${subject.digest} proves nothing.`);
  return facts.find(({ evidence: manifest, ...known }) => manifest && isDeepStrictEqual(known, fact))?.evidence;
}

async function storeEvidence(
  target: Target,
  repository: string,
  subject: Descriptor,
  { artifactType, annotations = {}, tag, blobs }: Evidence,
): Promise<Digest> {
  const stored = blobs.map(({ mediaType, bytes, annotations: noted }): ArtifactBlob => {
    const descriptor = { ...descriptorOf(mediaType, bytes), ...(noted ? { annotations: noted } : {}) };
    return { descriptor, content: contentOfBytes(bytes) };
  });
  const { digest } =
    tag === undefined
      ? await storeArtifact(target, repository, subject, { artifactType, blobs: stored, annotations })
      : await addUnderTag(target, repository, tag, stored);
  return digest;
}
