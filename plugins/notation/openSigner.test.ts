import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCertificate } from './certificates/Certificate.ts';
import { openSigner } from './openSigner.ts';
import { createCertificate, keyPemOf, pemOf } from './testing/createCertificate.ts';
import { answerWith, createTimestamp } from './testing/createTimestamp.ts';
import { createChain, signerOptions, subject, verifierFor } from './testing/sampleSignature.ts';
import { testContext } from './testing/testContext.ts';

const stampers = () => {
  const root = createCertificate('stamps', { isAuthority: true });
  const options = { issuer: root, purposes: ['1.3.6.1.5.5.7.3.8'], purposesAreCritical: true };
  return [createCertificate('stamper', options), root] as const;
};

/** Signs with an authority that answers so. The request ends with the digest, a nonce and the wish for certificates. */
const signWith = async (format: string, answer: (signed: Uint8Array) => Response, roots: string) => {
  const chain = createChain({ to: new Date(Date.now() + 3_600_000) });
  const env = { KEY: keyPemOf(chain[0]), CHAIN: pemOf(...chain), TSA: roots };
  const options = { format, 'timestamp-url': 'http://tsa.example.com/', 'timestamp-root': 'env://TSA' };
  const signer = await openSigner(signerOptions(options), {
    ...testContext(env),
    fetch: async (_, init) => answer(init?.body as unknown as Uint8Array),
  });
  const [evidence] = await signer.sign({ subject, repository: 'x/y', annotations: {} });
  return { chain, evidence: { ...(evidence ?? assert.fail()), descriptor: subject } };
};

for (const format of ['jws', 'cose'])
  test(`${format}: with a timestamp a signature outlives its certificates`, async () => {
    const [stamper, root] = stampers();
    let imprint = Buffer.alloc(0);
    const answer = (request: Uint8Array) => {
      const start = Buffer.from(request).indexOf(Buffer.of(0x04, 0x20)) + 2;
      imprint = Buffer.from(request).subarray(start, start + 32);
      const token = createTimestamp({ digest: imprint }, new Date(), [stamper, root]);
      return new Response(new Uint8Array(answerWith(token)));
    };
    const { chain, evidence } = await signWith(format, answer, pemOf(root));
    const later = () => Date.now() + 86_400_000;
    const timestampRoots = [readCertificate(root.der)];
    const [verified] = await verifierFor(chain[2], { now: later, timestampRoots }).verify(evidence, subject);
    assert.ok(verified?.time !== undefined && Math.abs(Date.parse(verified.time) - Date.now()) < 60_000);
    assert.deepEqual(verified.notes, ['Nobody was asked whether a certificate was revoked.']);
    const refusal = (message: RegExp) => ({ code: 'signature-invalid', message });
    await assert.rejects(verifierFor(chain[2], { now: later }).verify(evidence, subject), refusal(/not valid now/));
    const [now] = await verifierFor(chain[2]).verify(evidence, subject);
    assert.match(now?.notes?.[0] ?? '', /timestamp, which was not checked/);
    const others = { timestampRoots: [readCertificate(stampers()[1].der)] };
    await assert.rejects(verifierFor(chain[2], others).verify(evidence, subject), refusal(/not trusted/));
  });

test('an authority that refuses, or answers something else, ends it', async () => {
  const [, root] = stampers();
  for (const answer of [
    () => new Response('no', { status: 503 }),
    () => new Response('no'),
    () => new Response(new Uint8Array(answerWith(Buffer.alloc(100_000)))),
    () => new Response(new Uint8Array(Buffer.from('30053003020102', 'hex'))),
  ])
    await assert.rejects(signWith('jws', answer, pemOf(root)), { code: 'network-failed', message: /tsa.example.com/ });
});
