import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import { type TestContext, testSigner, testVerifier } from '@kitwright/testkit';
import { cosign, generateKeyPair } from './index.ts';

const { capabilities } = createKitwright({ plugins: [cosign()] });
const [signer, verifier] = [capabilities.get('signer', 'cosign'), capabilities.get('verifier', 'cosign')];
const secret = 'kw-test-secret-5e0b1f';
const [ours, theirs] = [await generateKeyPair(secret), await generateKeyPair(secret)];

describe('signer', () =>
  testSigner(test, (context) => {
    const opened = (password: string, key: string) => ({ key, password: async () => password });
    const files = keyFiles(context);
    return {
      signer,
      options: opened(context.secret, files.ours),
      other: opened(context.secret, files.theirs),
      wrongPassword: opened(`${context.secret}!`, files.ours),
    };
  }));

describe('verifier', () =>
  testVerifier(test, async (context) => {
    const files = keyFiles(context);
    const open = (key: string) => signer.open({ key, options: {}, password: async () => context.secret }, context);
    return {
      verifier,
      options: { key: files.ourPublic },
      sign: async (request) => (await open(files.ours)).sign(request),
      forge: async (request) => (await open(files.theirs)).sign(request),
    };
  }));

function keyFiles({ folder }: TestContext) {
  const write = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  return {
    ours: write('cosign.key', ours.privateKey),
    theirs: write('other.key', theirs.privateKey),
    ourPublic: write('cosign.pub', ours.publicKey),
  };
}
