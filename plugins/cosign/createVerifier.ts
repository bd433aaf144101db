import type { KeyObject } from 'node:crypto';
import {
  type Descriptor,
  type EvidenceBlob,
  messageOf,
  type OpenedVerifier,
  type StoredEvidence,
  type Verified,
} from '@kitwright/core/plugin';
import type { Formats } from './cosignOptions.ts';
import { verifyAttestationBlob } from './formats/attestationBlob.ts';
import { bundleType, verifyBundle } from './formats/bundle.ts';
import { refused } from './formats/refused.ts';
import { verifyPayload } from './formats/simpleSigning.ts';
import { readStatement } from './formats/statement.ts';
import { fingerprintOf } from './keys/publicKey.ts';

/** A verifier that trusts one key. It asks no transparency log. */
export function createVerifier(key: KeyObject, formats: Formats): OpenedVerifier {
  const signer = fingerprintOf(key);
  return {
    reads: ({ artifactType, tag }) =>
      tag === undefined ? formats.bundle && artifactType === bundleType : formats.legacy && legacyTag.test(tag),
    verify: async (evidence, subject) => {
      const proven =
        evidence.tag === undefined
          ? [inBundle(evidence, subject, key)]
          : underTag(evidence, subject, key, evidence.tag);
      return proven.map((fact) => ({ ...fact, signer }));
    },
  };
}

const legacyTag = /\.(?:sig|att)$/;

type Fact = Omit<Verified, 'signer'>;

function inBundle({ blobs }: StoredEvidence, subject: Descriptor, key: KeyObject): Fact {
  const [blob, ...others] = blobs;
  if (blob?.mediaType !== bundleType || others.length) throw refused('it is not exactly one bundle');
  return { ...readStatement(verifyBundle(blob.bytes, key), subject), format: 'bundle' };
}

/** Each blob is a signature of its own: that others are by other keys does not matter to one that is by ours. */
function underTag({ blobs }: StoredEvidence, subject: Descriptor, key: KeyObject, tag: string): readonly Fact[] {
  const [facts, reasons]: [Fact[], unknown[]] = [[], []];
  for (const blob of blobs) {
    try {
      facts.push(tag.endsWith('.att') ? attested(blob, subject, key) : signed(blob, subject, key));
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

function signed(blob: EvidenceBlob, subject: Descriptor, key: KeyObject): Fact {
  return { annotations: verifyPayload(blob, key, subject), format: 'legacy' };
}

/** A statement under `.att` never counts as a signature. */
function attested(blob: EvidenceBlob, subject: Descriptor, key: KeyObject): Fact {
  const fact = readStatement(verifyAttestationBlob(blob, key), subject);
  if (!fact.statement) throw refused('it is a signature in the place of an attestation');
  return { ...fact, format: 'legacy' };
}
