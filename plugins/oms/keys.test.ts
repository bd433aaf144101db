import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { bundleBytes, preAuthEncoding, readBundle } from './bundle.ts';
import { signWithKey, verifyWithCertificates, verifyWithKey } from './keys.ts';
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

test('a signature by certificates counts by the key that they give', async () => {
  const [ours, theirs] = [createPair(), createPair()];
  const chain = [Buffer.from('certificate')];
  const payload = Buffer.from('{}');
  const signature = sign('sha256', preAuthEncoding(payload), ours.privateKey);
  const envelope = readBundle(bundleBytes(payload, signature, chain));
  assert.deepEqual(envelope.chain, chain);
  const by = (pair: typeof ours) =>
    verifyWithCertificates(() => ({ key: createPublicKey(pair.publicKey), signer: 'CN=ann' }));
  const root = `sha256:${'0'.repeat(64)}` as const;
  assert.deepEqual(await by(ours)(payload, envelope, root), { signer: 'CN=ann' });
  const refusal = { code: 'signature-invalid' };
  await assert.rejects(by(theirs)(payload, envelope, root), refusal);
  await assert.rejects(by(ours)(payload, { ...envelope, chain: [] }, root), refusal);
  await assert.rejects(verifyWithKey(ours.publicKey, 'key.pub')(payload, envelope, root), refusal);
});
