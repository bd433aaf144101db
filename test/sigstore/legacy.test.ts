import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { signatureAnnotation, simpleSigningType } from '../../plugins/cosign/formats/simpleSigning.ts';
import { publicSeed } from '../../plugins/cosign/keyless/publicRoot.ts';
import { rootProver } from '../../plugins/cosign/keyless/rootProver.ts';
import { parseTrustedRoot } from '../../plugins/cosign/keyless/trustedRoot.ts';
import { flipped } from '../../plugins/cosign/testing/flips.ts';
import { caseOf } from './cases.ts';

interface Bundle {
  readonly verificationMaterial: {
    readonly x509CertificateChain?: { readonly certificates: readonly { readonly rawBytes: string }[] };
    readonly tlogEntries: readonly {
      readonly logIndex: string;
      readonly logId: { readonly keyId: string };
      readonly integratedTime: string;
      readonly inclusionPromise: { readonly signedEntryTimestamp: string };
      readonly canonicalizedBody: string;
    }[];
  };
  readonly messageSignature: { readonly signature: string };
}

/** What cosign 1 and 2 would say of the signature of a case: beside the signed bytes, as annotations. */
const annotationsOf = (name: string): Readonly<Record<string, string>> => {
  const { verificationMaterial, messageSignature } = JSON.parse(caseOf(name).bundle.toString()) as Bundle;
  const [certificate] = verificationMaterial.x509CertificateChain?.certificates ?? [];
  const [entry] = verificationMaterial.tlogEntries;
  const pem = certificate && new X509Certificate(Buffer.from(certificate.rawBytes, 'base64')).toString();
  return {
    [signatureAnnotation]: messageSignature.signature,
    ...(pem ? { 'dev.sigstore.cosign/certificate': pem } : {}),
    'dev.sigstore.cosign/bundle': JSON.stringify({
      SignedEntryTimestamp: entry?.inclusionPromise.signedEntryTimestamp,
      Payload: {
        body: entry?.canonicalizedBody,
        integratedTime: Number(entry?.integratedTime),
        logIndex: Number(entry?.logIndex),
        logID: Buffer.from(entry?.logId.keyId ?? '', 'base64').toString('hex'),
      },
    }),
  };
};

const { artifact, identity: subject, issuer } = caseOf('happy-path-v0.1');
const annotations = annotationsOf('happy-path-v0.1');
const prover = rootProver(publicSeed(), { identity: { subject: { text: subject }, issuer: { text: issuer } } }, false);
const blob = (bytes: Uint8Array, noted: Readonly<Record<string, string>> = annotations) => ({
  mediaType: simpleSigningType,
  bytes,
  annotations: noted,
});

test('a signature of an identity under a tag is verified with its entry in Rekor 1', () => {
  const { signer, time, logged } = prover.payload(blob(artifact));
  assert.deepEqual([signer, logged], [`${subject} (${issuer})`, true]);
  assert.match(time ?? '', /^2023-07-12T/);
});

test('it does not count for other bytes, without one of its annotations, or with a changed one', () => {
  assert.throws(() => prover.payload(blob(flipped(artifact, 0))), { code: 'signature-invalid' });
  for (const [name, text] of Object.entries(annotations)) {
    const { [name]: _, ...others } = annotations;
    assert.throws(() => prover.payload(blob(artifact, others)), { code: 'signature-invalid' }, name);
    for (let at = 0; at < text.length; at += 97) {
      const changed = { ...annotations, [name]: flipped(Buffer.from(text), at).toString() };
      assert.throws(() => prover.payload(blob(artifact, changed)), { code: 'signature-invalid' }, `${name}: ${at}`);
    }
  }
});

test('with a key and a root the entry must be by that key', () => {
  const name = 'managed-key-happy-path';
  const { artifact: bytes, key: pem = '', trustedRoot } = caseOf(name);
  const root = trustedRoot ? parseTrustedRoot(trustedRoot, name) : publicSeed();
  const proverOf = (key: KeyObject) => rootProver(root, { key }, false);
  const signed = blob(bytes, annotationsOf(name));
  assert.equal(proverOf(createPublicKey(pem)).payload(signed).logged, true);
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  assert.throws(() => proverOf(publicKey).payload(signed), { code: 'signature-invalid' });
});
