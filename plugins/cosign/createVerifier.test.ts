import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import type { StoredEvidence } from '@kitwright/core/plugin';
import { bundleType } from './formats/bundle.ts';
import { simpleSigningType } from './formats/simpleSigning.ts';
import { publicKeyText } from './keys/publicKey.ts';
import { openVerifier } from './openVerifier.ts';
import { vectors } from './testing/cosignVectors.ts';
import { bundleOf, envelopeOf, other, payloadOf, stored, subject } from './testing/sampleEvidence.ts';
import { testContext } from './testing/testContext.ts';

const open = (key: string = vectors.publicKey, format = 'both') =>
  openVerifier(
    { key: 'env://KEY', options: { format }, password: () => Promise.reject(new Error('asked')) },
    testContext({ KEY: key }),
  );

const signer = 'sha256:0d77ea9b448d851b6c526f994362df1b7c06b18a59d468eb23bf841afecf2e04';
const annotations = { stage: 'release' };
const statement = {
  predicateType: 'https://cyclonedx.org/bom',
  predicate: { bomFormat: 'CycloneDX', specVersion: '1.6' },
};

const signatures: Readonly<Record<string, StoredEvidence>> = {
  bundle: bundleOf(vectors.bundle),
  legacy: stored(simpleSigningType, [payloadOf(vectors.payload)], 'sig'),
};
const attestations: Readonly<Record<string, StoredEvidence>> = {
  bundle: bundleOf(vectors.attestationBundle),
  legacy: stored('', [envelopeOf(vectors.envelope)], 'att'),
};

const repository = '127.0.0.1:5112/vec/model';

for (const format of ['bundle', 'legacy']) {
  test(`what cosign signed is verified: ${format}`, async () => {
    const evidence = signatures[format] as StoredEvidence;
    // A bundle of cosign does not say for which repository it is.
    const said = format === 'bundle' ? {} : { repository };
    assert.deepEqual(await (await open()).verify(evidence, subject), [{ signer, format, annotations, ...said }]);
  });
  test(`what cosign attested is verified: ${format}`, async () => {
    const evidence = attestations[format] as StoredEvidence;
    assert.deepEqual(await (await open()).verify(evidence, subject), [
      { signer, format, annotations: {}, repository, statement },
    ]);
  });
}

test('only the form that is wanted is read', async () => {
  const [bundle, legacy] = [{ artifactType: bundleType }, { artifactType: simpleSigningType, tag: 'sha256-x.sig' }];
  const reads = async (format: string) => [bundle, legacy].map((await open(undefined, format)).reads);
  assert.deepEqual(await reads('both'), [true, true]);
  assert.deepEqual(await reads('bundle'), [true, false]);
  assert.deepEqual(await reads('legacy'), [false, true]);
  await assert.rejects(open(undefined, 'any'), { code: 'usage' });
  const { reads: all } = await open();
  for (const evidence of [
    { artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+jsonx' },
    { artifactType: simpleSigningType },
    { artifactType: bundleType, tag: 'sha256-x.sbom' },
  ])
    assert.equal(all(evidence), false);
});

const envelope = (change: (value: Record<string, unknown>) => object) => {
  const bundle = JSON.parse(vectors.bundle) as { dsseEnvelope: Record<string, unknown> };
  return bundleOf(JSON.stringify({ ...bundle, dsseEnvelope: change(bundle.dsseEnvelope) }));
};
const material = (change: object) => {
  const bundle = JSON.parse(vectors.bundle) as { verificationMaterial: object };
  return bundleOf(JSON.stringify({ ...bundle, verificationMaterial: { ...bundle.verificationMaterial, ...change } }));
};
const many = Array.from({ length: 33 }, () => ({}));

const forged: Readonly<Record<string, StoredEvidence>> = {
  'another payload type': envelope((value) => ({ ...value, payloadType: 'text/plain' })),
  'two signatures': envelope((value) => ({ ...value, signatures: [value['signatures'], value['signatures']].flat() })),
  'no signature': envelope((value) => ({ ...value, signatures: [] })),
  'a signature that is no base64': envelope((value) => ({ ...value, signatures: [{ sig: 'a' }] })),
  'another payload': envelope((value) => ({ ...value, payload: Buffer.from('{}').toString('base64') })),
  'another media type': bundleOf(vectors.bundle.replace('v0.3', 'v0.2')),
  'a name twice': bundleOf(vectors.bundle.replace('{', '{"mediaType":"x",')),
  'a certificate': material({ certificate: { rawBytes: '' } }),
  'a chain': material({ x509CertificateChain: {} }),
  'no key': material({ publicKey: undefined }),
  'too many log entries': material({ tlogEntries: many }),
  'too many timestamps': material({ timestampVerificationData: { rfc3161Timestamps: many } }),
  'log entries that are no list': material({ tlogEntries: { length: 1 } }),
  'bytes that are signed beside': bundleOf(vectors.bundle.replace('{', '{"messageSignature":{},')),
  'two blobs': { ...bundleOf(vectors.bundle), blobs: [1, 2].flatMap(() => bundleOf(vectors.bundle).blobs) },
  'no blob': { ...bundleOf(vectors.bundle), blobs: [] },
  'no JSON': bundleOf('x'),
  'a changed payload': stored(simpleSigningType, [payloadOf(vectors.payload.replace('release', 'rilease'))], 'sig'),
  'another signature': stored(simpleSigningType, [payloadOf(vectors.payload, 'MEUC')], 'sig'),
  'an attestation in the place of a signature': stored('', [envelopeOf(vectors.envelope)], 'sig'),
  'a signature in the place of an attestation': stored('', [payloadOf(vectors.payload)], 'att'),
  'a signed statement in the place of an attestation': stored(
    '',
    [envelopeOf(JSON.stringify((JSON.parse(vectors.bundle) as { dsseEnvelope: object }).dsseEnvelope))],
    'att',
  ),
  'nothing under the tag': stored(simpleSigningType, [], 'sig'),
};

for (const [name, evidence] of Object.entries(forged))
  test(`it does not count: ${name}`, async () => {
    await assert.rejects((await open()).verify(evidence, subject), { code: 'signature-invalid' });
  });

const evidence = [...Object.values(signatures), ...Object.values(attestations)];

test('a signature of another kit does not count', async () => {
  const verifier = await open();
  for (const each of evidence)
    await assert.rejects(verifier.verify(each, other), { code: 'signature-invalid', message: /not about/ });
});

test('a signature by another key does not count', async () => {
  const verifier = await open(publicKeyText(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey));
  for (const each of evidence)
    await assert.rejects(verifier.verify(each, subject), { code: 'signature-invalid', message: /not by this key/ });
});

test('one signature under a tag counts beside others that do not', async () => {
  const blobs = [payloadOf(vectors.payload, 'MEUC'), payloadOf(vectors.payload), payloadOf('{}')];
  const verified = await (await open()).verify(stored(simpleSigningType, blobs, 'sig'), subject);
  assert.equal(verified.length, 1);
});

test('no byte of a bundle, a payload or an envelope can be changed without being noticed', async () => {
  const verifier = await open();
  const flipped = (text: string, at: number) => {
    const bytes = Buffer.from(text);
    bytes[at] = (bytes[at] as number) ^ 1;
    return bytes;
  };
  for (const [text, make] of [
    [vectors.bundle, bundleOf],
    [vectors.payload, (bytes: Uint8Array) => stored(simpleSigningType, [payloadOf(bytes)], 'sig')],
    [vectors.envelope, (bytes: Uint8Array) => stored('', [envelopeOf(bytes)], 'att')],
  ] as const) {
    const expected = await verifier.verify(make(Buffer.from(text)), subject);
    for (let at = 0; at < text.length; at++) {
      // The hint of the key, and names that nobody reads, may say anything.
      const found = await verifier.verify(make(flipped(text, at)), subject).catch(() => expected);
      assert.deepEqual(found, expected, `byte ${at}`);
    }
  }
});
