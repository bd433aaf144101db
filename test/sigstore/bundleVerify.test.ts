import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { verifyFile } from './verifyFile.ts';

interface Cases {
  /** The file that is signed, unless a case has its own. */
  readonly artifact: string;
  /** The files of each case by name: the number of a text. */
  readonly cases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly files: Readonly<Record<string, string>>;
}

const packed = readFileSync(new URL('bundleVerify.json.zst', import.meta.url));
const { artifact, cases, files } = JSON.parse(zstdDecompressSync(packed).toString()) as Cases;

const beacon = 'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon';

const given = (name: string) => {
  const text = (file: string) => files[cases[name]?.[file] ?? ''];
  const bytes = (file: string) => (text(file) === undefined ? undefined : Buffer.from(text(file) ?? ''));
  return {
    bundle: bytes('bundle.sigstore.json') ?? assert.fail(name),
    artifact: bytes('artifact') ?? Buffer.from(artifact),
    trustedRoot: bytes('trusted_root.json'),
    key: text('key.pub'),
    identity:
      text('identity')?.trim() ?? `${beacon}/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main`,
    issuer: text('issuer')?.trim() ?? 'https://token.actions.githubusercontent.com',
  };
};

test('all cases are here', () => assert.equal(Object.keys(cases).length, 70));

for (const name of Object.keys(cases))
  test(`sigstore-conformance: ${name}`, () => {
    const { artifact: bytes, ...bundle } = given(name);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    for (const artifact of [{ bytes }, { sha256 }]) {
      const verify = () => verifyFile({ ...bundle, artifact });
      if (name.endsWith('_fail')) assert.throws(verify, Error);
      else verify();
    }
  });
