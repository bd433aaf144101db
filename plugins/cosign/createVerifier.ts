import {
  type EvidenceBlob,
  messageOf,
  type OpenedVerifier,
  type StoredEvidence,
  type Verified,
} from '@kitwright/core/plugin';
import type { Formats } from './cosignOptions.ts';
import { refused } from './formats/refused.ts';
import { readPayload } from './formats/simpleSigning.ts';
import { readStatement } from './formats/statement.ts';

/** Whom a verifier trusts, and how it proves that they signed. Each function throws `signature-invalid`. */
export interface Prover {
  /** The types of bundles that it reads. */
  readonly readsBundle: (type: string) => boolean;
  /** The statement in a bundle. */
  readonly bundle: (bytes: Uint8Array) => Proven;
  /** A payload under `.sig`. */
  readonly payload: (blob: EvidenceBlob) => Proven;
  /** The statement in an envelope under `.att`. */
  readonly envelope: (blob: EvidenceBlob) => Proven;
}

/** Bytes that somebody signed who is trusted. */
export interface Proven extends Pick<Verified, 'signer' | 'time' | 'logged'> {
  readonly bytes: Uint8Array;
}

/** A verifier of what cosign writes. */
export function createVerifier(prover: Prover, formats: Formats): OpenedVerifier {
  return {
    reads: ({ artifactType, tag }) =>
      tag === undefined ? formats.bundle && prover.readsBundle(artifactType) : formats.legacy && legacyTag.test(tag),
    verify: async (evidence, subject) =>
      evidence.tag === undefined
        ? [inBundle(evidence, subject, prover)]
        : underTag(evidence, subject, prover, evidence.tag),
  };
}

const legacyTag = /\.(?:sig|att)$/;

type Subject = Parameters<OpenedVerifier['verify']>[1];

function inBundle({ blobs }: StoredEvidence, subject: Subject, prover: Prover): Verified {
  const [blob, ...others] = blobs;
  if (!blob || !prover.readsBundle(blob.mediaType) || others.length) throw refused('it is not exactly one bundle');
  const { bytes, ...proven } = prover.bundle(blob.bytes);
  return { ...readStatement(bytes, subject), format: 'bundle', ...proven };
}

/** Each blob is a signature of its own: that others are by other keys does not matter to one that is by ours. */
function underTag({ blobs }: StoredEvidence, subject: Subject, prover: Prover, tag: string): readonly Verified[] {
  const [facts, reasons]: [Verified[], unknown[]] = [[], []];
  for (const blob of blobs) {
    try {
      facts.push(tag.endsWith('.att') ? attested(blob, subject, prover) : signed(blob, subject, prover));
    } catch (error) {
      reasons.push(error);
    }
  }
  if (facts.length) return facts;
  const [first] = reasons;
  if (reasons.length === 1) throw first;
  throw refused(
    `none of the ${blobs.length} under ${tag} does${first ? `; the first: ${messageOf(first)}` : ''}`,
    first,
  );
}

function signed(blob: EvidenceBlob, subject: Subject, prover: Prover): Verified {
  const { bytes, ...proven } = prover.payload(blob);
  return { ...readPayload(bytes, subject), format: 'legacy', ...proven };
}

/** A statement under `.att` never counts as a signature. */
function attested(blob: EvidenceBlob, subject: Subject, prover: Prover): Verified {
  const { bytes, ...proven } = prover.envelope(blob);
  const fact = readStatement(bytes, subject);
  if (!fact.statement) throw refused('it is a signature in the place of an attestation');
  return { ...fact, format: 'legacy', ...proven };
}
