import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Evidence, SignRequest, StoredEvidence } from '@kitwright/core/plugin';
import { payloadBytes } from './formats/simpleSigning.ts';
import { openSigner } from './openSigner.ts';
import { openVerifier } from './openVerifier.ts';
import { vectors } from './testing/cosignVectors.ts';
import { subject } from './testing/sampleEvidence.ts';
import { testContext } from './testing/testContext.ts';

const context = testContext({ KEY: vectors.privateKey, PUB: vectors.publicKey });
const password = async () => vectors.password;
const signer = (format: string) => openSigner({ key: 'env://KEY', options: { format }, password }, context);
const request: SignRequest = { subject, repository: '127.0.0.1:5112/vec/model', annotations: { stage: 'release' } };
const statement = { predicateType: 'https://slsa.dev/provenance/v1', predicate: { a: [1, { b: '<&>' }] } };

test('the payload has the bytes that cosign signs', () => {
  assert.equal(Buffer.from(payloadBytes(request)).toString(), vectors.payload);
  assert.match(Buffer.from(payloadBytes({ ...request, annotations: {} })).toString(), /"optional":null}$/);
});

const storedOf = (evidence: Evidence): StoredEvidence => ({ ...evidence, descriptor: subject });

test('what is signed is verified, in both forms', async () => {
  const verifier = await openVerifier({ key: 'env://PUB', options: {}, password }, context);
  const signed = await (await signer('both')).sign(request);
  const proven = await Promise.all(signed.map((each) => verifier.verify(storedOf(each), subject)));
  assert.deepEqual(
    proven.flat().map(({ format, annotations }) => [format, annotations]),
    [
      ['bundle', { stage: 'release' }],
      ['legacy', { stage: 'release' }],
    ],
  );
  assert.ok(signed.every((each) => verifier.reads(each)));
});

test('what is attested is verified, in both forms', async () => {
  const verifier = await openVerifier({ key: 'env://PUB', options: {}, password }, context);
  const signed = await (await signer('both')).sign({ ...request, statement });
  const proven = await Promise.all(signed.map((each) => verifier.verify(storedOf(each), subject)));
  assert.deepEqual(
    proven.flat().map((each) => each.statement),
    [statement, statement],
  );
});

test('one form is written if one is wanted', async () => {
  const tags = async (format: string) => (await (await signer(format)).sign(request)).map(({ tag }) => tag);
  assert.deepEqual(await tags('bundle'), [undefined]);
  assert.deepEqual(await tags('legacy'), [`${subject.digest.replace(':', '-')}.sig`]);
});

test('a signer without a key, or with an unknown option, is refused', async () => {
  await assert.rejects(openSigner({ options: {}, password }, context), { code: 'usage' });
  await assert.rejects(openSigner({ key: 'env://KEY', options: { fromat: 'both' }, password }, context), {
    code: 'usage',
  });
});
