import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Descriptor, StoredEvidence } from '@kitwright/core/plugin';
import { coseType } from './envelopes/cose.ts';
import { jwsType } from './envelopes/jws.ts';
import { thumbprints } from './evidence.ts';
import { vectors } from './testing/notationVectors.ts';
import { verifierFor } from './testing/sampleSignature.ts';

const subject: Descriptor = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: vectors.digest,
  size: vectors.size,
};

const verifier = verifierFor({ der: Buffer.from(vectors.root, 'base64') });

const evidenceOf = (mediaType: string, bytes: Uint8Array): StoredEvidence => ({
  artifactType: 'application/vnd.cncf.notary.signature',
  blobs: [{ mediaType, bytes }],
  annotations: { [thumbprints]: vectors.thumbprints },
  descriptor: subject,
});

for (const [name, mediaType] of [
  ['jws', jwsType],
  ['cose', coseType],
] as const)
  test(`what notation wrote in ${name} is verified, and no byte of it can be changed`, async () => {
    const bytes = Buffer.from(vectors[name], 'base64');
    const expected = await verifier.verify(evidenceOf(mediaType, bytes), subject);
    assert.deepEqual(expected[0]?.annotations, { stage: 'release' });
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 1;
      // Who wrote it is not signed, and may be anything.
      const found = await verifier.verify(evidenceOf(mediaType, changed), subject).catch(() => expected);
      assert.deepEqual(found, expected, `byte ${at}`);
    }
  });
