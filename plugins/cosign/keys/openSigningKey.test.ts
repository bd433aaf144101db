import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { vectors } from '../testing/cosignVectors.ts';
import { testContext } from '../testing/testContext.ts';
import { encryptKey } from './encryptedKey.ts';
import { openPublicKey } from './openPublicKey.ts';
import { openSigningKey } from './openSigningKey.ts';
import { publicKeyText } from './publicKey.ts';
import { verifySignature } from './verifySignature.ts';

const open = (text: string, password: string | undefined = vectors.password) =>
  openSigningKey('env://KEY', async () => password, testContext({ KEY: text }));

test("cosign's key signs, and its public key verifies that", async () => {
  const key = await open(vectors.privateKey);
  assert.equal(publicKeyText(key.publicKey), vectors.publicKey);
  const bytes = Buffer.from('bytes');
  const publicKey = await openPublicKey('env://PUB', testContext({ PUB: vectors.publicKey }));
  assert.ok(verifySignature(publicKey, bytes, await key.sign(bytes)));
  assert.ok(!verifySignature(publicKey, Buffer.from('other'), await key.sign(bytes)));
});

const invalid = { code: 'key-invalid' };

test('a key that cannot be used says so, and never shows its password', async () => {
  await assert.rejects(open(vectors.privateKey, 'wrong'), { ...invalid, message: /password is wrong/ });
  await assert.rejects(
    openSigningKey('env://KEY', async () => undefined, testContext({ KEY: vectors.privateKey })),
    {
      ...invalid,
      message: /needs its password/,
    },
  );
  await assert.rejects(open(vectors.publicKey), { ...invalid, message: /no private key of cosign/ });
  await assert.rejects(open(vectors.privateKey.slice(0, 200)), { ...invalid, message: /damaged/ });
  await assert.rejects(open(''), { ...invalid, message: /not set/ });
  await assert.rejects(
    openSigningKey('/nowhere/cosign.key', async () => '', testContext()),
    (error: Error) => 'code' in error && error.code === 'key-invalid' && error.cause !== undefined,
  );
});

test('keys that cosign would use in another way are refused', async () => {
  const { privateKey: edwards } = generateKeyPairSync('ed25519');
  await assert.rejects(open(await encryptKey(edwards, ''), ''), { ...invalid, message: /Ed25519/ });
  const { privateKey: koblitz } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
  await assert.rejects(open(await encryptKey(koblitz, ''), ''), invalid);
});

test('a private key, a certificate and a short RSA key are no public keys', async () => {
  const read = (text: string) => openPublicKey('env://KEY', testContext({ KEY: text }));
  await assert.rejects(read(vectors.privateKey), { ...invalid, message: /is a private key/ });
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  await assert.rejects(read(privateKey.export({ format: 'pem', type: 'pkcs8' }) as string), invalid);
  await assert.rejects(read(publicKeyText(publicKey)), { ...invalid, message: /kind/ });
  await assert.rejects(read(publicKeyText(publicKey).repeat(2)), invalid);
  await assert.rejects(read('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'), invalid);
});
