import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { vectors } from '../testing/cosignVectors.ts';
import { decryptKey, encryptKey, parseEncryptedKey, type SealedKey } from './encryptedKey.ts';
import { publicKeyText } from './publicKey.ts';

const sealed = (text: string): SealedKey => parseEncryptedKey(text) ?? assert.fail('It is no encrypted key.');

test("cosign's key is decrypted with its password, and with no other", async () => {
  const plain = await decryptKey(sealed(vectors.privateKey), vectors.password);
  assert.ok(plain);
  const key = createPrivateKey({ key: plain, format: 'der', type: 'pkcs8' });
  assert.equal(publicKeyText(createPublicKey(key)), vectors.publicKey);
  assert.equal(await decryptKey(sealed(vectors.privateKey), 'another'), undefined);
});

test('a key comes back, also with an empty password, and under the older label', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const text = await encryptKey(privateKey, '');
  const plain = privateKey.export({ format: 'der', type: 'pkcs8' });
  assert.deepEqual(await decryptKey(sealed(text), ''), plain);
  assert.deepEqual(await decryptKey(sealed(text.replaceAll('SIGSTORE', 'COSIGN')), ''), plain);
  assert.ok(text.split('\n').every((line) => line.length <= 64));
});

const json = JSON.parse(
  Buffer.from(vectors.privateKey.split('\n').slice(1, -2).join(''), 'base64').toString(),
) as Record<string, Record<string, unknown>>;
const pem = (value: unknown, label = 'SIGSTORE') => {
  const text = Buffer.from(JSON.stringify(value)).toString('base64');
  return `-----BEGIN ENCRYPTED ${label} PRIVATE KEY-----\n${text}\n-----END ENCRYPTED ${label} PRIVATE KEY-----\n`;
};
const kdf = (params: object) => ({ ...json, kdf: { ...json['kdf'], params } });

const refused: Readonly<Record<string, string>> = {
  'a cost that takes all memory': pem(kdf({ N: 1 << 24, r: 8, p: 1 })),
  'a cost that is no cost': pem(kdf({ N: 2, r: 8, p: 1 })),
  'large blocks': pem(kdf({ N: 65536, r: 1024, p: 1 })),
  'many passes': pem(kdf({ N: 65536, r: 8, p: 1000 })),
  'another derivation': pem({ ...json, kdf: { ...json['kdf'], name: 'pbkdf2' } }),
  'another cipher': pem({ ...json, cipher: { ...json['cipher'], name: 'none' } }),
  'a short nonce': pem({ ...json, cipher: { ...json['cipher'], nonce: 'AAAA' } }),
  'no ciphertext': pem({ ...json, ciphertext: '' }),
  'no JSON': pem('x').replace(/\n.*\n/, '\neHg=\n'),
  'another label': pem(json, 'OTHER'),
  'two labels': pem(json).replace('END ENCRYPTED SIGSTORE', 'END ENCRYPTED COSIGN'),
  'more after it': `${vectors.privateKey}x`,
  nothing: '',
};

for (const [name, text] of Object.entries(refused))
  test(`it is no key: ${name}`, () => assert.equal(parseEncryptedKey(text), undefined));

test('the vector is taken apart as it should be', () => assert.ok(parseEncryptedKey(pem(json))));
