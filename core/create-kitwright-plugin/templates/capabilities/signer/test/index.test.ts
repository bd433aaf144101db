import assert from 'node:assert/strict';
import { generateKeyPairSync, verify } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import { descriptorOf } from '@kitwright/core/plugin';
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

test('it verifies what it has signed', async () => {
  const { sign, own } = await openWith(plain);
  const [evidence] = await sign(request);
  assert.ok(evidence);
  const stored = { ...evidence, descriptor: subject };
  assert.deepEqual((await own.verify(stored, subject))[0]?.annotations, { stage: 'test' });
  const another = { ...subject, digest: descriptorOf(subject.mediaType, Buffer.from('another kit')).digest };
  await assert.rejects(own.verify(stored, another), { code: 'signature-invalid' });
});

test('a key that cannot be used is refused, and no error tells its password', async () => {
  await writeFile(join(folder, 'rsa.pem'), 'no key');
  for (const [key, password] of [
    [locked, 'correct horse'],
    [join(folder, 'rsa.pem'), ''],
  ] as const)
    await assert.rejects(openWith(key, password), (error: Error & { readonly code?: string }) => {
      assert.equal(error.code, 'key-invalid');
      assert.doesNotMatch(error.message, /correct horse/);
      return true;
    });
  await assert.rejects(openWith(undefined), { code: 'usage' });
});
