import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certifiedKeys, signingCertificates } from '../index.ts';
import { createCertificate, type Issued, pemOf } from '../testing/createCertificate.ts';
import { createChain } from '../testing/sampleSignature.ts';

const below = (root: Issued) => certifiedKeys(['env://CA'], { env: { CA: pemOf(root) } });

test('the key of a signer below a root is given, whether the root comes with it or not', async () => {
  const chain = createChain();
  const [signer, authority, root] = chain.map(({ der }) => der) as [Buffer, Buffer, Buffer];
  const certify = await below(chain[2]);
  for (const sent of [
    [signer, authority, root],
    [signer, authority],
    [signer, root, authority],
  ])
    assert.match(certify(sent).signer, /^CN=signer, O=Acme, ST=WA, C=US \(sha256:[0-9a-f]{64}\)$/);
  for (const sent of [[], [signer], [signer, root], [authority, root], Array.from({ length: 20 }, () => signer)])
    assert.throws(() => certify(sent), { code: 'signature-invalid' });
});

test('a signer below another root, or for another purpose, is refused', async () => {
  const chain = createChain();
  const other = await below(createCertificate('root', { isAuthority: true }));
  const refusal = { code: 'signature-invalid' };
  assert.throws(() => other(chain.map(({ der }) => der)), refusal);
  for (const options of [{ purposes: ['1.3.6.1.5.5.7.3.1'] }, { to: new Date('2020-01-01') }]) {
    const wrong = createChain(options);
    const certify = await below(wrong[2]);
    assert.throws(() => certify(wrong.map(({ der }) => der)), refusal);
    const read = signingCertificates('env://CHAIN', { env: { CHAIN: pemOf(...wrong) } });
    await assert.rejects(read, { code: 'key-invalid' });
  }
});
