import type { Evidence, OpenContext, OpenedSigner, SignerOptions, SignRequest } from '@kitwright/core/plugin';
import { type Formats, signerSetup } from './cosignOptions.ts';
import { createVerifier } from './createVerifier.ts';
import { attestationBlob, envelopeType } from './formats/attestationBlob.ts';
import { bundleBytes, bundleEvidence } from './formats/bundle.ts';
import { signEnvelope } from './formats/dsse.ts';
import { signPayload, simpleSigningType } from './formats/simpleSigning.ts';
import { signatureType, signedBytes } from './formats/statement.ts';
import { keyProver } from './keyProver.ts';
import { openSigningKey, type SigningKey } from './keys/openSigningKey.ts';
import { publicKeyText } from './keys/publicKey.ts';

/**
 * A signer with a key, which makes no entry in a transparency log, or without one, by an identity. Throws `key-invalid`,
 * `usage`, and what asking for an identity throws.
 */
export async function openSigner(given: SignerOptions, context: OpenContext): Promise<OpenedSigner> {
  // With a key nothing of it is loaded.
  if (given.key === undefined)
    return (await import('./keyless/signing/openKeylessSigner.ts')).openKeylessSigner(given, context);
  const { key: name, formats } = signerSetup(given);
  const key = await openSigningKey(name, given.password, context);
  return {
    sign: (request) => (request.statement ? attest(key, formats, request) : sign(key, formats, request)),
    own: createVerifier(keyProver(key.publicKey), formats),
    publicKey: publicKeyText(key.publicKey),
  };
}

async function sign(key: SigningKey, { bundle, legacy }: Formats, request: SignRequest): Promise<readonly Evidence[]> {
  const evidence: Evidence[] = [];
  if (bundle)
    evidence.push(
      bundleEvidence(bundleBytes(await signEnvelope(key, signedBytes(request)), key.publicKey), signatureType),
    );
  if (legacy) {
    const tag = tagOf(request, 'sig');
    evidence.push({ artifactType: simpleSigningType, tag, blobs: [await signPayload(key, request)] });
  }
  return evidence;
}

/** Both forms hold the same envelope. */
async function attest(
  key: SigningKey,
  { bundle, legacy }: Formats,
  request: SignRequest,
): Promise<readonly Evidence[]> {
  const envelope = await signEnvelope(key, signedBytes(request));
  const { predicateType = signatureType } = request.statement ?? {};
  const blobs = [attestationBlob(envelope, predicateType)];
  return [
    ...(bundle ? [bundleEvidence(bundleBytes(envelope, key.publicKey), predicateType)] : []),
    ...(legacy ? [{ artifactType: envelopeType, tag: tagOf(request, 'att'), blobs }] : []),
  ];
}

function tagOf({ subject }: SignRequest, suffix: 'sig' | 'att'): string {
  return `${subject.digest.replace(':', '-')}.${suffix}`;
}
