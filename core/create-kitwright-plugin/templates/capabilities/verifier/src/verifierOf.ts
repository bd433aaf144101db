import { createHash, type KeyObject, verify } from 'node:crypto';
import {
  type Descriptor,
  KitwrightError,
  type OpenedVerifier,
  parseJsonObject,
  type Statement,
  type StoredEvidence,
  type Verified,
} from '@kitwright/core/plugin';

/** How such signatures are found among all that is attached to a kit. Choose one of your own, for signer and verifier. */
export const artifactType = 'application/vnd.example.ed25519.v1';

/** Verifies what the owner of this public key signed. Evidence of any other type is passed over. */
export function verifierOf(key: KeyObject): OpenedVerifier {
  return {
    reads: (evidence) => evidence.artifactType === artifactType,
    verify: async (evidence, subject) => evidence.blobs.map(({ bytes }) => verified(evidence, bytes, subject, key)),
  };
}

/** Everything in the evidence may be forged: nothing is looked at before its signature is right. */
function verified({ descriptor }: StoredEvidence, bytes: Uint8Array, subject: Descriptor, key: KeyObject): Verified {
  const { payload, signature } = parseJsonObject(bytes, 'signature');
  if (typeof payload !== 'string' || typeof signature !== 'string') throw invalid(descriptor, 'it is malformed');
  const signed = Buffer.from(payload, 'base64');
  if (!verify(null, signed, key, Buffer.from(signature, 'base64'))) throw invalid(descriptor, 'another key made it');
  const { digest, repository, annotations = {}, statement } = parseJsonObject(signed, 'payload');
  if (digest !== subject.digest) throw invalid(descriptor, 'it is about another kit');
  return {
    signer: fingerprintOf(key),
    format: 'my-plugin',
    annotations: annotations as Readonly<Record<string, string>>,
    // What --same-repository compares.
    repository: typeof repository === 'string' ? repository : undefined,
    statement: statement as Statement | undefined,
  };
}

function fingerprintOf(key: KeyObject): string {
  const bytes = key.export({ type: 'spki', format: 'der' });
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function invalid({ digest }: Descriptor, why: string): KitwrightError {
  return new KitwrightError('signature-invalid', `The signature ${digest} proves nothing: ${why}.`, {
    data: { digest },
  });
}
