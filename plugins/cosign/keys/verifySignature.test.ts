import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { verifySignature } from './verifySignature.ts';

const bytes = Buffer.from('what is signed');

for (const [namedCurve, hashes, wrong] of [
  ['P-256', ['sha256'], 'sha384'],
  ['P-384', ['sha384', 'sha256'], 'sha512'],
  ['P-521', ['sha512', 'sha256'], 'sha384'],
] as const)
  test(`ECDSA on ${namedCurve} counts with ${hashes.join(' and ')}`, () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
    for (const hash of hashes) assert.ok(verifySignature(publicKey, bytes, sign(hash, bytes, privateKey)));
    assert.ok(!verifySignature(publicKey, bytes, sign(wrong, bytes, privateKey)));
    const raw = sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    assert.ok(!verifySignature(publicKey, bytes, raw));
  });

test('RSA counts with PKCS #1 v1.5 and SHA-256', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  assert.ok(verifySignature(publicKey, bytes, sign('sha256', bytes, privateKey)));
  assert.ok(!verifySignature(publicKey, bytes, sign('sha1', bytes, privateKey)));
  const pss = sign('sha256', bytes, { key: privateKey, padding: 6 });
  assert.ok(!verifySignature(publicKey, bytes, pss));
});

test('Ed25519 counts', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  assert.ok(verifySignature(publicKey, bytes, sign(null, bytes, privateKey)));
  assert.ok(!verifySignature(publicKey, Buffer.from('other'), sign(null, bytes, privateKey)));
});
