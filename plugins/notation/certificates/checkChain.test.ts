import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CertificateOptions, createCertificate } from '../testing/createCertificate.ts';
import { createChain } from '../testing/sampleSignature.ts';
import { readCertificate } from './Certificate.ts';
import { checkChain, checkValidity } from './checkChain.ts';

const check = (chain: readonly { readonly der: Buffer }[]) =>
  checkChain(
    chain.map(({ der }) => readCertificate(der)),
    'codeSigning',
  );

const codeSigning = '1.3.6.1.5.5.7.3.3';
const serverAuth = '1.3.6.1.5.5.7.3.1';

for (const [name, options] of Object.entries<CertificateOptions>({
  'no purpose': {},
  'code signing': { purposes: [codeSigning] },
  'code signing and one of its own': { purposes: [codeSigning, '1.2.3.4'] },
  'no repudiation': { usage: [0, 1] },
}))
  test(`a signer counts with ${name}`, () => check(createChain(options)));

for (const [name, [options, message]] of Object.entries<readonly [CertificateOptions, RegExp]>({
  'without a key usage': [{ usage: [] }, /no critical key usage/],
  'with a key usage that is not critical': [{ usageIsCritical: false }, /no critical key usage/],
  'that may not sign': [{ usage: [1] }, /not for signatures/],
  'that may sign certificates': [{ usage: [0, 5] }, /not for signatures only/],
  'that may encrypt': [{ usage: [0, 2] }, /not for signatures only/],
  'that is an authority': [{ isAuthority: true, usage: [0] }, /authority/],
  'for servers': [{ purposes: [serverAuth] }, /another purpose/],
  'for servers too': [{ purposes: [codeSigning, serverAuth] }, /another purpose/],
  'for anything': [{ purposes: ['2.5.29.37.0'] }, /another purpose/],
  'with a short key': [{ kind: 'RSA 1024' }, /key that is not used/],
  'signed with SHA-1': [{ hash: 'sha1' }, /weak hash/],
  'with an extension that nobody knows': [{ unknown: true }, /demands the extension/],
}))
  test(`a signer does not count ${name}`, () => {
    assert.throws(() => check(createChain(options)), { code: 'signature-invalid', message });
  });

test('an authority must be one, and may say how many are below it', () => {
  const root = createCertificate('root', { isAuthority: true, pathLength: 0 });
  const below = createCertificate('below', { issuer: root });
  check([below, root]);
  const authority = createCertificate('authority', { isAuthority: true, issuer: root });
  assert.throws(() => check([createCertificate('signer', { issuer: authority }), authority, root]), {
    message: /no authority below/,
  });
  const plain = createCertificate('plain', { usage: [0] });
  assert.throws(() => check([createCertificate('signer', { issuer: plain }), plain]), { message: /authority/ });
  const mute = createCertificate('mute', { isAuthority: true, usage: [6] });
  assert.throws(() => check([createCertificate('signer', { issuer: mute }), mute]), {
    message: /signing certificates/,
  });
});

test('a certificate of an authority with the same name but another key was not signed by it', () => {
  const [signer, authority] = createChain();
  const impostor = createCertificate('root', { isAuthority: true });
  assert.throws(() => check([signer, authority, impostor]), { message: /not issued/ });
});

test('a chain is valid in the time of all of its certificates, to the second', () => {
  const [from, to] = [new Date('2020-01-01T00:00:00Z'), new Date('2021-01-01T00:00:00Z')];
  const chain = createChain({ from, to }).map(({ der }) => readCertificate(der));
  for (const time of [from, to]) checkValidity(chain, time, 'then');
  for (const time of [new Date(from.getTime() - 1000), new Date(to.getTime() + 1000)])
    assert.throws(() => checkValidity(chain, time, 'then'), { message: /not valid then/ });
});

test('bytes after a certificate, and what is none, are refused', () => {
  const [{ der }] = createChain();
  for (const bytes of [Buffer.concat([der, Buffer.of(0)]), der.subarray(0, -1), Buffer.alloc(0), Buffer.from('x')])
    assert.throws(() => readCertificate(bytes), { code: 'signature-invalid' });
});

test('a time that is none lies within no validity', () => {
  const { der } = createCertificate('acme');
  assert.throws(() => checkValidity([readCertificate(der)], new Date(Number.NaN), 'when it was stamped'), {
    code: 'signature-invalid',
    message: /was not valid when it was stamped/,
  });
});
