import assert from 'node:assert/strict';
import { requireMeans } from '../suite/Bench.ts';
import { deepFreeze } from '../suite/deepFreeze.ts';
import { hostileTexts, isOneLine } from '../suite/hostile.ts';
import { assertCode } from '../suite/rejection.ts';
import { kitNamed, type ProofCase, proofCase, request, signedFor, statement, subject } from './ProofBench.ts';

/** What is proven, and of whom. */
export const proofCases: readonly ProofCase[] = [
  proofCase('verify: a signature is proven, with what was signed and who signed', async (bench) => {
    const signers = new Set<string>();
    for (const evidence of await signedFor(bench)) {
      assert.equal(bench.opened.reads(evidence), true, 'it does not read what it should');
      const proven = await bench.opened.verify(evidence, subject);
      assert.ok(proven.length > 0, 'it proves nothing');
      for (const { signer, format, annotations, statement: stated } of proven) {
        assert.deepEqual({ ...annotations }, request.annotations);
        assert.equal(stated, undefined, 'a signature is no attestation');
        for (const text of [signer, format]) assert.ok(text !== '' && isOneLine(text), `no name: ${text}`);
        signers.add(signer);
      }
    }
    assert.equal(signers.size, 1, 'one key has two names');
  }),
  proofCase('verify: an attestation is proven, with its statement', async (bench) => {
    for (const evidence of await signedFor(bench, { ...request, annotations: {}, statement })) {
      assert.equal(bench.opened.reads(evidence), true, 'it does not read what it should');
      const proven = await bench.opened.verify(evidence, subject);
      assert.ok(proven.length > 0, 'it proves nothing');
      for (const each of proven) assert.deepEqual(each.statement, statement);
    }
  }),
  proofCase('verify: names that mean something to programs are texts in annotations', async (bench) => {
    const annotations = Object.fromEntries(['__proto__', 'constructor', 'toString'].map((name) => [name, 'text']));
    for (const evidence of await signedFor(bench, { ...request, annotations }))
      for (const each of await bench.opened.verify(evidence, subject))
        assert.deepEqual(Object.entries(each.annotations).sort(), Object.entries(annotations).sort());
  }),
  proofCase('verify: proves nothing of another kit', async (bench) => {
    for (const what of [request, ...(bench.withoutStatements ? [] : [{ ...request, statement }])])
      for (const evidence of await signedFor(bench, what))
        await assertCode(
          () => bench.opened.verify(evidence, kitNamed('another')),
          'signature-invalid',
          'the signature of another kit',
        );
  }),
  proofCase('verify: proves nothing by somebody who is not trusted', async (bench) => {
    const forge = requireMeans(bench.forge, 'forge');
    for (const evidence of await signedFor({ ...bench, sign: forge }))
      await assertCode(() => bench.opened.verify(evidence, subject), 'signature-invalid', 'a signature of another key');
  }),
  proofCase('verify: says the same again, and of two kits at once', async (bench) => {
    const [here, there] = [subject, kitNamed('there')];
    const [one] = await signedFor(bench);
    const [two] = await signedFor(bench, { ...request, subject: there, annotations: { stage: 'test' } });
    assert.ok(one && two, 'nothing was signed');
    const proofs = await Promise.all(
      [one, two, one, two].map((evidence, at) => bench.opened.verify(evidence, at % 2 ? there : here)),
    );
    assert.deepEqual(
      proofs.map(([first]) => first?.annotations['stage']),
      ['release', 'test', 'release', 'test'],
    );
  }),
  proofCase('verify: changes nothing that it gets', async (bench) => {
    for (const evidence of await signedFor(bench)) {
      const before = evidence.blobs.map(({ bytes }) => Buffer.from(bytes));
      assert.ok((await bench.opened.verify(deepFreeze(evidence), deepFreeze({ ...subject }))).length > 0);
      assert.ok(
        evidence.blobs.every(({ bytes }, at) => before[at]?.equals(bytes)),
        'it writes into a blob',
      );
    }
  }),
  proofCase('reads: passes over what is something else', async ({ opened }) => {
    for (const artifactType of ['application/spdx+json', 'application/vnd.in-toto+json', ...hostileTexts]) {
      assert.equal(opened.reads({ artifactType }), false, `it reads ${artifactType.slice(0, 40)}`);
      assert.equal(opened.reads({ artifactType, tag: 'v1' }), false, `it reads ${artifactType.slice(0, 40)} under v1`);
    }
  }),
];
