import assert from 'node:assert/strict';
import { generateKeyPairSync, verify } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import { descriptorOf } from '@kitwright/core/plugin';
import { testSigner } from '@kitwright/testkit';
import plugin from '../src/index.ts';
import { artifactType } from '../src/verifierOf.ts';

const folder = await mkdtemp(join(tmpdir(), 'my-plugin-'));
after(() => rm(folder, { recursive: true, force: true }));
const kitwright = createKitwright({ plugins: [plugin()], threads: 1 });
after(() => kitwright.close());
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const plain = join(folder, 'plain.pem');
const locked = join(folder, 'locked.pem');
await writeFile(plain, privateKey.export({ type: 'pkcs8', format: 'pem' }));
const lock = { cipher: 'aes-256-cbc', passphrase: 'secret' } as const;
await writeFile(locked, privateKey.export({ type: 'pkcs8', format: 'pem', ...lock }));
const subject = descriptorOf('application/vnd.oci.image.manifest.v1+json', Buffer.from('a kit'));

async function openWith(key: string | undefined, password = 'secret') {
  const signer = kitwright.capabilities.get('signer', 'my-plugin');
  const options = { key, options: {}, password: async () => password };
  return signer.open(options, kitwright.contextFor('my-plugin'));
}

const request = { subject, repository: 'example.com/team/model', annotations: { stage: 'test' } };

for (const key of [plain, locked])
  test(`the digest of the kit is signed with ${key.slice(folder.length + 1)}`, async () => {
    const [evidence] = await (await openWith(key)).sign(request);
    assert.equal(evidence?.artifactType, artifactType);
    const { payload, signature } = JSON.parse(Buffer.from(evidence?.blobs[0]?.bytes ?? []).toString());
    const bytes = Buffer.from(payload, 'base64');
    assert.ok(verify(null, bytes, publicKey, Buffer.from(signature, 'base64')));
    assert.deepEqual(JSON.parse(bytes.toString()), {
      digest: subject.digest,
      repository: 'example.com/team/model',
      annotations: { stage: 'test' },
    });
  });

test('its own verifier gives the repository, which --same-repository compares', async () => {
  const { sign, own } = await openWith(plain);
  const [evidence] = await sign(request);
  assert.ok(evidence);
  const [found] = await own.verify({ ...evidence, descriptor: subject }, subject);
  assert.equal(found?.repository, request.repository);
});

describe('every rule for signers', () => {
  const other = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  testSigner(test, async ({ folder: fresh, secret }) => {
    const [key, another] = [join(fresh, 'locked.pem'), join(fresh, 'another.pem')];
    await writeFile(key, privateKey.export({ type: 'pkcs8', format: 'pem', ...lock, passphrase: secret }));
    await writeFile(another, other);
    return {
      signer: kitwright.capabilities.get('signer', 'my-plugin'),
      options: { key, password: async () => secret },
      other: { key: another },
      wrongPassword: { key, password: async () => 'another' },
    };
  });
});
