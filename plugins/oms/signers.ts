import { createPublicKey } from 'node:crypto';
import type { Descriptor, Digest, OpenedSigner, OpenedVerifier } from '@kitwright/core/plugin';
import { bundleType, hintOf, withHint } from './bundle.ts';
import type { SignModel } from './signModel.ts';
import { predicateType, refused } from './statement.ts';
import type { VerifyBundle } from './verifyModel.ts';

/** Signers and verifiers of kits see a directory as what has this digest. */
function subjectOf(digest: Digest): Descriptor {
  return { mediaType: 'application/octet-stream', digest, size: 0 };
}

/** Signs with a signer of kits that makes Sigstore bundles: with keys of cosign, in services, or by identity. */
export function signWithSigner(signer: OpenedSigner): SignModel {
  const { publicKey } = signer;
  return async ({ name, root, statement }) => {
    const made = await signer.sign({ subject: subjectOf(root), repository: name, annotations: {}, statement });
    const bundle = made.flatMap(({ blobs }) => blobs).find(({ mediaType }) => mediaType === bundleType);
    if (!bundle) throw refused('the signer made no Sigstore bundle');
    return publicKey === undefined ? bundle.bytes : withHint(bundle.bytes, hintOf(createPublicKey(publicKey)));
  };
}

/** Verifies with a verifier of kits that reads Sigstore bundles. */
export function verifyWithVerifier(verifier: OpenedVerifier): VerifyBundle {
  return async (bytes, _, root) => {
    const subject = subjectOf(root);
    const evidence = { artifactType: bundleType, blobs: [{ mediaType: bundleType, bytes }], descriptor: subject };
    const [found] = await verifier.verify(evidence, subject);
    if (found?.statement?.predicateType !== predicateType) throw refused('it is no signature of a model');
    return { signer: found.signer, notes: found.notes };
  };
}
