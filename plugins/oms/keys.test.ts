import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { signWithKey, verifyWithKey } from './keys.ts';
import { createPair, noPassword } from './testing/sampleKey.ts';

test('an encrypted key needs its password', async () => {
  const { encryptedKey } = createPair();
  assert.ok(await signWithKey(encryptedKey, 'key.pem', async () => 'p'));
  const error = { code: 'key-invalid' };
  await assert.rejects(
    signWithKey(encryptedKey, 'key.pem', async () => 'wrong'),
    error,
  );
  await assert.rejects(signWithKey(encryptedKey, 'key.pem', noPassword), error);
});

test('keys of other kinds are refused, or left to other signers', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const text = rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  await assert.rejects(signWithKey(text, 'rsa.pem', noPassword), { code: 'key-invalid', message: /P-256/ });
  const cosign = '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----';
  assert.equal(await signWithKey(cosign, 'cosign.key', noPassword), undefined);
  const { privateKey } = createPair();
  for (const wrong of [privateKey, '', rsa.publicKey.export({ format: 'pem', type: 'spki' }) as string])
    assert.throws(() => verifyWithKey(wrong, 'key'), { code: 'key-invalid' });
});
