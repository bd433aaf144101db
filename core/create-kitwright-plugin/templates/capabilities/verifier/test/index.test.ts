import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import { descriptorOf, type Evidence, type SignRequest, type Verified } from '@kitwright/core/plugin';
import { testVerifier } from '@kitwright/testkit';
import plugin from '../src/index.ts';
import { artifactType } from '../src/verifierOf.ts';

const folder = await mkdtemp(join(tmpdir(), 'my-plugin-'));
after(() => rm(folder, { recursive: true, force: true }));
const kitwright = createKitwright({ plugins: [plugin()], threads: 1 });
after(() => kitwright.close());
const [trusted, other] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
const key = join(folder, 'key.pub');
await writeFile(key, trusted.publicKey.export({ type: 'spki', format: 'pem' }));
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const subject = descriptorOf(manifestType, Buffer.from('a kit'));

describe('every rule for verifiers', () => {
  const signWith =
    (privateKey: KeyObject) =>
    ({ subject: { digest }, repository, annotations, statement }: SignRequest): readonly Evidence[] => {
      const bytes = Buffer.from(
        JSON.stringify(signatureOf({ digest, repository, annotations, statement }, privateKey)),
      );
      return [{ artifactType, blobs: [{ mediaType: `${artifactType}+json`, bytes }] }];
    };
  testVerifier(test, () => ({
    verifier: kitwright.capabilities.get('verifier', 'my-plugin'),
    options: { key },
    sign: signWith(trusted.privateKey),
    forge: signWith(other.privateKey),
  }));
});

/** What the signer of this format makes. */
function signatureOf(payload: object, privateKey: KeyObject): object {
  const bytes = Buffer.from(JSON.stringify(payload));
  return { payload: bytes.toString('base64'), signature: sign(null, bytes, privateKey).toString('base64') };
}

async function open(path: string | undefined) {
  const options = { key: path, options: {}, password: async () => undefined };
  return kitwright.capabilities.get('verifier', 'my-plugin').open(options, kitwright.contextFor('my-plugin'));
}

async function verifyText(text: string): Promise<readonly Verified[]> {
  const bytes = Buffer.from(text);
  const descriptor = descriptorOf(manifestType, bytes);
  const evidence = { artifactType, descriptor, blobs: [{ mediaType: `${artifactType}+json`, bytes }] };
  return (await open(key)).verify(evidence, subject);
}

test('a signature of the trusted key is proven, with its repository and annotations', async () => {
  const payload = { digest: subject.digest, repository: 'example.com/team/model', annotations: { stage: 'test' } };
  const [found] = await verifyText(JSON.stringify(signatureOf(payload, trusted.privateKey)));
  assert.match(found?.signer ?? '', /^sha256:[a-f0-9]{64}$/);
  assert.equal(found?.repository, 'example.com/team/model');
  assert.deepEqual(found?.annotations, { stage: 'test' });
});

const right = signatureOf({ digest: subject.digest }, trusted.privateKey);
const forged: Readonly<Record<string, object>> = {
  'another key': signatureOf({ digest: subject.digest }, other.privateKey),
  'another kit': signatureOf({ digest: `sha256:${'0'.repeat(64)}` }, trusted.privateKey),
  'no kit': signatureOf({}, trusted.privateKey),
  'another payload': { ...right, payload: Buffer.from('{}').toString('base64') },
  'no signature': { ...right, signature: '' },
  'no text': { payload: 7, signature: [] },
};

for (const [why, signature] of Object.entries(forged))
  test(`refused: ${why}`, () => assert.rejects(verifyText(JSON.stringify(signature)), { code: 'signature-invalid' }));
