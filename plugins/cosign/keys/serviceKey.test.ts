import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Fault, writeKmsProgram } from '../testing/kmsProgram.ts';
import { testContext } from '../testing/testContext.ts';
import { openPublicKey } from './openPublicKey.ts';
import { openSigningKey } from './openSigningKey.ts';
import { publicKeyText } from './publicKey.ts';
import { verifySignature } from './verifySignature.ts';

const service = (fault: Fault = 'none') => {
  const folder = mkdtempSync(join(tmpdir(), 'kms-'));
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(join(folder, 'release.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const context = testContext({ PATH: writeKmsProgram(folder, fault) });
  const neverAsked = () => Promise.reject(new Error('asked'));
  return {
    publicKey,
    context,
    open: (key = 'test://release') => openSigningKey(key, neverAsked, context),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
};

test('a key in a service signs, and is verified with its public key', async () => {
  using kms = service();
  const key = await kms.open();
  assert.equal(publicKeyText(key.publicKey), publicKeyText(kms.publicKey));
  const bytes = Buffer.from('bytes\0\n');
  assert.ok(verifySignature(await openPublicKey('test://release', kms.context), bytes, await key.sign(bytes)));
});

const faults: readonly (readonly [Fault, RegExp])[] = [
  ['error', /the token is locked/],
  ['garbage', /does not answer in JSON/],
  ['endless', /does not answer in JSON/],
  ['silent', /without "publicKeyPEM"/],
];

for (const [fault, message] of faults)
  test(`a program that misbehaves is an error: ${fault}`, async () => {
    using kms = service(fault);
    await assert.rejects(kms.open(), { code: 'key-invalid', message });
  });

test('a signature that the public key does not verify is not used', async () => {
  using kms = service('other-key');
  const key = await kms.open();
  await assert.rejects(key.sign(Buffer.from('x')), { code: 'key-invalid', message: /does not verify/ });
});

test('a key that the service does not have, and a service without a program, are errors', async () => {
  using kms = service();
  await assert.rejects(kms.open('test://other'), { code: 'key-invalid', message: /ENOENT/ });
  await assert.rejects(kms.open('awskms:///alias/x'), { code: 'key-invalid', message: /sigstore-kms-awskms/ });
  await assert.rejects(kms.open('https://example.com/key'), { code: 'key-invalid' });
});
