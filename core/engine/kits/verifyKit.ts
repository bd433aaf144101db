import { messageOf } from '../errors/errorData.ts';
import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import type { OpenedVerifier, Verified } from '../host/Verifier.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { cosignTags } from '../oci/referrerTags.ts';
import type { Referrer } from '../store/referrers/Referrer.ts';
import type { ReadTarget } from '../store/roles.ts';
import { referrersOfKit } from './kitReferrers.ts';
import { readEvidence } from './readEvidence.ts';

/** A kit in a target, to be verified. */
export interface KitToVerify {
  readonly target: ReadTarget;
  readonly repository: string;
  readonly root: Descriptor;
}

/** What must be proven of a kit, and by whom. */
export interface Demand {
  readonly verifier: OpenedVerifier;
  /** An attestation with this predicate type; undefined for a signature. */
  readonly predicateType?: string | undefined;
  /** Signed annotations that must be there. */
  readonly annotations: Readonly<Record<string, string>>;
  /** The repository for which it must have been signed; undefined for any: a kit that was copied stays signed. */
  readonly repository?: string | undefined;
}

/** A fact that was proven, and the manifest that proves it. */
export interface Proof extends Verified {
  readonly evidence: Digest;
}

/** Evidence that does not count. */
export interface Rejection {
  readonly evidence: Digest;
  readonly reason: string;
}

/** At least one proof, and what was attached and does not count. */
export interface Verification {
  readonly subject: Descriptor;
  readonly proofs: readonly Proof[];
  readonly rejected: readonly Rejection[];
}

/** More than any policy engine reads of one kit; anybody who may write to a repository can add some. */
const maxEvidence = 100;

/** Bytes of all evidence of one kit: many manifests may name one large blob, and each of them is verified by itself. */
const maxEvidenceBytes = 256 * 1024 * 1024;

/**
 * Verifies that a kit has a signature, or an attestation, that meets the demand. What the verifier does not read is passed
 * over, and so is what proves something else: an attestation never counts as a signature. Each of the others counts, or is
 * among the rejected with the reason. Throws `signature-missing` if there is nothing to verify, `signature-invalid` if
 * nothing counts, or for a demanded repository where the place has none, and what the target throws.
 */
export async function verifyKit(kitwright: Kitwright, kit: KitToVerify, demand: Demand): Promise<Verification> {
  const { root } = kit;
  if (demand.repository === '') throw placeless(root);
  const { facts, rejected } = await factsOf(kitwright, kit, demand.verifier);
  const wanted = facts.filter(({ statement }) => statement?.predicateType === demand.predicateType);
  const proofs = wanted.filter((fact) => unmet(fact, demand) === undefined);
  for (const fact of wanted) {
    const reason = unmet(fact, demand);
    if (reason !== undefined) rejected.push({ evidence: fact.evidence, reason });
  }
  if (proofs.length) return { subject: root, proofs, rejected };
  throw rejected.length ? unproven(root, rejected) : missing(root, demand, facts);
}

/** All that is proven of a kit, and what is attached in a form that the verifier reads and proves nothing. */
export interface Facts {
  readonly facts: Proof[];
  readonly rejected: Rejection[];
}

/** Verifies everything that is attached to a kit. Throws what `verifyKit` throws for too much of it. */
export async function factsOf(kitwright: Kitwright, kit: KitToVerify, verifier: OpenedVerifier): Promise<Facts> {
  const { root, target } = kit;
  const facts: Proof[] = [];
  const rejected: Rejection[] = [];
  let left = maxEvidenceBytes;
  for (const referrer of await evidenceOf(kitwright, kit, verifier)) {
    const evidence = referrer.descriptor.digest;
    try {
      const stored = await readEvidence(target, referrer);
      left -= stored.blobs.reduce((sum, { bytes }) => sum + bytes.length, 0);
      const verified = left < 0 ? [] : await verifier.verify(stored, root);
      facts.push(...verified.map((fact) => ({ ...fact, evidence })));
    } catch (error) {
      if (!isAboutEvidence(error)) throw error;
      rejected.push({ evidence, reason: messageOf(error) });
    }
    if (left < 0) throw tooMuch(root, `more than ${maxEvidenceBytes} bytes of`, maxEvidenceBytes);
  }
  return { facts, rejected };
}

/** What is attached to this manifest itself, and in a form that the verifier reads. */
async function evidenceOf(
  kitwright: Kitwright,
  { target, repository, root }: KitToVerify,
  verifier: OpenedVerifier,
): Promise<readonly Referrer[]> {
  const filter = {
    includes: (artifactType: string) => verifier.reads({ artifactType }),
    hasCosignTags: cosignTags(root.digest).some((tag) => verifier.reads({ artifactType: '', tag })),
  };
  const all = await referrersOfKit(kitwright, { target, repository, filter }, root);
  const found = all.filter(({ subject, descriptor: { artifactType = '' }, tag }) => {
    return subject === root.digest && verifier.reads({ artifactType, ...(tag === undefined ? {} : { tag }) });
  });
  if (found.length <= maxEvidence) return found;
  throw tooMuch(root, String(found.length), maxEvidence);
}

function tooMuch({ digest }: Descriptor, found: string, limit: number): KitwrightError {
  return new KitwrightError('signature-invalid', `${digest} has ${found} signatures and attestations.`, {
    data: { digest, limit },
    hint: `At most ${maxEvidence} are read, and ${maxEvidenceBytes} bytes. Remove some with "kitwright detach".`,
  });
}

/** Failures of the evidence, and not of the target. */
const ofEvidence: ReadonlySet<string> = new Set([
  'signature-invalid',
  'kit-malformed',
  'kit-not-found',
  'descriptor-mismatch',
]);

function isAboutEvidence(error: unknown): boolean {
  return error instanceof KitwrightError && ofEvidence.has(error.code);
}

/** Why a fact of the right kind does not meet the demand; undefined if it does. */
function unmet({ annotations, repository }: Verified, demand: Demand): string | undefined {
  const wanted = Object.entries(demand.annotations).find(([name, value]) => annotations[name] !== value);
  if (wanted) return `It has no signed annotation ${wanted.join('=')}.`;
  if (demand.repository === undefined || demand.repository === repository) return undefined;
  const signed = repository === undefined ? 'It does not say for which repository' : `It was signed for ${repository}`;
  return `${signed}, and the kit is in ${demand.repository}.`;
}

function kindOf(predicateType: string | undefined): string {
  return predicateType === undefined ? 'a signature' : `an attestation of type ${predicateType}`;
}

function missing({ digest }: Descriptor, { predicateType }: Demand, others: readonly Proof[]): KitwrightError {
  const [other] = others;
  const instead = other ? `; there is ${kindOf(other.statement?.predicateType)}` : '';
  const message = `Nothing attached to ${digest} is ${kindOf(predicateType)} in a form that counts${instead}.`;
  return new KitwrightError('signature-missing', message, { data: { digest } });
}

/** Signed there, a signature names no repository either: that both are empty proves nothing. */
function placeless({ digest }: Descriptor): KitwrightError {
  const message = `${digest} is in a place without repositories, so no signature can be for its repository.`;
  return new KitwrightError('signature-invalid', message, {
    data: { digest },
    hint: 'Verify it in the registry that it came from, or here without --same-repository (sameRepository in a rule).',
  });
}

function unproven({ digest }: Descriptor, rejected: readonly Rejection[]): KitwrightError {
  const [first] = rejected;
  const why = rejected.length === 1 ? first?.reason : `None of ${rejected.length} counts. The first: ${first?.reason}`;
  return new KitwrightError('signature-invalid', `${digest} is not verified. ${why ?? ''}`, {
    data: { digest, rejected: rejected.map(({ evidence, reason }) => ({ evidence, reason })) },
  });
}
