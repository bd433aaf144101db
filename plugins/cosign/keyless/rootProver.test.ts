import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createVerifier } from '../createVerifier.ts';
import { flipped, leafAt, withLeaf } from '../testing/flips.ts';
import { keylessVectors } from '../testing/keylessVectors.ts';
import { bundleOf, other } from '../testing/sampleEvidence.ts';
import { rootProver } from './rootProver.ts';
import { parseTrustedRoot } from './trustedRoot.ts';

const { subject: person, issuer, digest, size } = keylessVectors;
const root = parseTrustedRoot(Buffer.from(keylessVectors.trustedRoot), 'test');
const subject = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size } as const;

const verifier = (ignoresSct = true, who: string = person, by: string = issuer) => {
  const identity = { subject: { text: who }, issuer: { text: by } };
  return createVerifier(rootProver(root, { identity }, ignoresSct), { bundle: true, legacy: true });
};

const refuses = async (verified: Promise<unknown>, message: RegExp) =>
  assert.rejects(verified, { code: 'signature-invalid', message });

const signer = `${person} (${issuer})`;

test('what cosign signed and attested for an identity is verified, with the time of its timestamp', async () => {
  const [signed] = await verifier().verify(bundleOf(keylessVectors.bundle), subject);
  const { time, ...fact } = signed ?? assert.fail();
  assert.deepEqual(fact, { signer, format: 'bundle', annotations: { stage: 'release' }, logged: true });
  assert.match(time ?? '', /^2026-11-27T\d\d:\d\d:\d\d\.000Z$/);
  const [attested] = await verifier().verify(bundleOf(keylessVectors.attestationBundle), subject);
  assert.equal(attested?.statement?.predicateType, 'https://cyclonedx.org/bom');
});

test('another identity, another issuer, another kit and a certificate in no log do not count', async () => {
  const bundle = bundleOf(keylessVectors.bundle);
  await refuses(verifier(true, 'bob@example.com').verify(bundle, subject), /it is by "ann@example.com", not by "bob/);
  await refuses(verifier(true, person, 'https://example.com').verify(bundle, subject), /vouched for by/);
  await refuses(verifier().verify(bundle, other), /not about/);
  await refuses(verifier(false).verify(bundle, subject), /SCT/);
});

const value: unknown = JSON.parse(keylessVectors.bundle);
const material = 'verificationMaterial';
const [entry, stamps] = [
  [material, 'tlogEntries', 0],
  [material, 'timestampVerificationData', 'rfc3161Timestamps'],
];
const without = (path: readonly (string | number)[], leaf: unknown) =>
  bundleOf(JSON.stringify(withLeaf(value, path, leaf)));

test('without a timestamp, an entry in the log, or the right root it does not count', async () => {
  await refuses(verifier().verify(without(stamps, []), subject), /nothing proves when it was made/);
  await refuses(verifier().verify(without([material, 'tlogEntries'], []), subject), /log/);
  await refuses(verifier().verify(without([...entry, 'inclusionProof'], undefined), subject), /not complete/);
  const bare = parseTrustedRoot(
    Buffer.from(keylessVectors.trustedRoot.replace(/"tlogs":\[.*?\],/, '"tlogs":[],')),
    'bare',
  );
  const identity = { subject: { text: person }, issuer: { text: issuer } };
  const { bundle } = rootProver(bare, { identity }, true);
  assert.throws(() => bundle(Buffer.from(keylessVectors.bundle)), { code: 'signature-invalid' });
});

test('objects in the place of text are refused, not a defect', async () => {
  for (const type of [{ toString: 1 }, [{ toString: 1 }], [(value as { mediaType: string }).mediaType]])
    await refuses(verifier().verify(without(['mediaType'], type), subject), /known version/);
});

test('a certificate that was not valid yet when the timestamp says that it was used does not count', async () => {
  const later = leafAt(JSON.parse(keylessVectors.attestationBundle), [material, 'certificate', 'rawBytes']);
  const bundle = without([material, 'certificate', 'rawBytes'], later);
  await refuses(verifier().verify(bundle, subject), /certificate is not valid or expired/);
});

test('a certificate or a timestamp that a parser takes long to read is refused before', async () => {
  const long = Buffer.concat([Buffer.from('30820fa402820fa0', 'hex'), Buffer.alloc(4000, 0x7f)]);
  for (const bytes of [long, Buffer.concat([Buffer.from('04830186a0', 'hex'), Buffer.alloc(100_000)])])
    for (const path of [
      [material, 'certificate', 'rawBytes'],
      [...stamps, 0, 'signedTimestamp'],
    ])
      await refuses(
        verifier().verify(without(path, bytes.toString('base64')), subject),
        /a certificate or a timestamp in its bundle cannot be read/,
      );
});

/** The parts of a bundle; those in base64 are changed byte by byte, not letter by letter. */
const parts: Readonly<Record<string, readonly (string | number)[]>> = {
  signature: ['dsseEnvelope', 'signatures', 0, 'sig'],
  payload: ['dsseEnvelope', 'payload'],
  certificate: [material, 'certificate', 'rawBytes'],
  timestamp: [...stamps, 0, 'signedTimestamp'],
  'log entry': [...entry, 'canonicalizedBody'],
  'id of the log': [...entry, 'logId', 'keyId'],
  'root of the log': [...entry, 'inclusionProof', 'rootHash'],
  checkpoint: [...entry, 'inclusionProof', 'checkpoint', 'envelope'],
};

/** Each byte of small parts, and of large ones as many that a seed chooses. */
const places = (length: number, most = 64): readonly number[] =>
  length <= most ? Array.from({ length }, (_, at) => at) : Array.from({ length: most }, (_, i) => scattered(i, length));

/** A linear congruential generator (Numerical Recipes), so that a failure can be repeated. */
const scattered = (i: number, length: number): number =>
  ((Math.imul(i + 20261127, 1664525) + 1013904223) >>> 8) % length;

for (const [name, path] of Object.entries(parts))
  test(`no byte can be changed without being noticed: ${name}`, async () => {
    const text = leafAt(value, path) as string;
    const encoding = name === 'checkpoint' ? 'utf8' : 'base64';
    const bytes = Buffer.from(text, encoding);
    for (const at of places(bytes.length)) {
      const changed = flipped(bytes, at, at % 8).toString(encoding);
      const verified = verifier().verify(without(path, changed), subject);
      await assert.rejects(verified, { code: 'signature-invalid' }, `byte ${at}`);
    }
  });

test('no byte of the bundle as it is stored can be changed without being noticed', async () => {
  const bytes = Buffer.from(keylessVectors.bundle);
  for (const at of places(bytes.length, 150))
    await assert.rejects(
      verifier().verify(bundleOf(flipped(bytes, at)), subject),
      { code: 'signature-invalid' },
      `byte ${at}`,
    );
});
