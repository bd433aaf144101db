import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import { type TestContext, testSigner, testVerifier } from '@kitwright/testkit';
import { notation } from './index.ts';
import { type Issued, pemOf } from './testing/createCertificate.ts';
import { createChain } from './testing/sampleSignature.ts';

const { capabilities } = createKitwright({ plugins: [notation()] });
const [signer, verifier] = [capabilities.get('signer', 'notation'), capabilities.get('verifier', 'notation')];
const [ours, theirs] = [createChain(), createChain()];

/** The files of a signer, whose key has a password. */
function filesOf(chain: readonly Issued[], name: string, { folder, secret }: TestContext) {
  const write = (suffix: string, text: string) => {
    const path = join(folder, `${name}.${suffix}`);
    writeFileSync(path, text);
    return path;
  };
  const key = chain[0]?.key.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: secret });
  return {
    key: write('key', String(key)),
    chain: write('chain', pemOf(...chain)),
    root: write('root', pemOf(...chain.slice(-1))),
  };
}

for (const format of ['jws', 'cose']) {
  const signing = (chain: readonly Issued[], name: string, context: TestContext, password = context.secret) => {
    const files = filesOf(chain, name, context);
    return { key: files.key, options: { certificate: files.chain, format }, password: async () => password };
  };

  describe(`signer, ${format}`, () =>
    testSigner(test, (context) => ({
      signer,
      withoutStatements: true,
      options: signing(ours, 'ours', context),
      other: signing(theirs, 'theirs', context),
      wrongPassword: signing(ours, 'ours', context, `${context.secret}!`),
    })));

  describe(`verifier, ${format}`, () =>
    testVerifier(test, async (context) => ({
      verifier,
      withoutStatements: true,
      options: { roots: [filesOf(ours, 'ours', context).root] },
      sign: async (request) => (await signer.open(signing(ours, 'ours', context), context)).sign(request),
      forge: async (request) => (await signer.open(signing(theirs, 'theirs', context), context)).sign(request),
    })));
}
