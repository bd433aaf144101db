import type { BuildHooks, SignedEvidence } from '../host/buildHooks.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import type { Evidence, Statement } from '../host/Evidence.ts';
import type { Calls } from '../host/hooks.ts';
import type { OpenedSigner } from '../host/Signer.ts';
import { type Descriptor, descriptorOf } from '../oci/descriptor.ts';
import { contentOfBytes } from '../store/contentOf.ts';
import { addUnderTag } from '../store/referrers/addUnderTag.ts';
import { type ArtifactBlob, storeArtifact } from '../store/referrers/storeArtifact.ts';
import type { Target } from '../store/roles.ts';
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
 * changes nothing. Throws what the signer and the target throw; nothing is stored before all of it is signed.
 */
export async function signKit(
  kitwright: Kitwright,
  kit: HeldKit,
  signing: KitSigning,
  signal: AbortSignal,
): Promise<readonly SignedEvidence[]> {
  return signWith(kitwright.beginBuild(), kit, signing, signal);
}

/** The same within a run. */
export async function signWith(
  hooks: Calls<BuildHooks>,
  { target, repository, root }: HeldKit,
  { signer, annotations, statement }: KitSigning,
  signal: AbortSignal,
): Promise<readonly SignedEvidence[]> {
  const { mediaType, digest, size } = root;
  const subject = { mediaType, digest, size };
  const signed: SignedEvidence[] = [];
  for (const evidence of await signer.sign({ subject, repository, annotations, statement }))
    signed.push({ evidence, descriptor: await storeEvidence(target, repository, subject, evidence) });
  await hooks.signed({ subject, target: target.name, repository, evidence: signed }, { signal });
  return signed;
}

function storeEvidence(
  target: Target,
  repository: string,
  subject: Descriptor,
  { artifactType, annotations = {}, tag, blobs }: Evidence,
): Promise<Descriptor> {
  const stored = blobs.map(({ mediaType, bytes, annotations: noted }): ArtifactBlob => {
    const descriptor = { ...descriptorOf(mediaType, bytes), ...(noted ? { annotations: noted } : {}) };
    return { descriptor, content: contentOfBytes(bytes) };
  });
  if (tag !== undefined) return addUnderTag(target, repository, tag, stored);
  return storeArtifact(target, repository, subject, { artifactType, blobs: stored, annotations });
}
