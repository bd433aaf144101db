import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { nodePath, runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { projectRoot } from '../support/trackedFiles.ts';
import { succeed } from './peer.ts';
import { hasSigstore, type Sigstore, startSigstore } from './startSigstore.ts';

const { COSIGN3: cosign = '' } = process.env;

/** Makes a release as the workflow does, with an identity of the services on loopback. */
const makeRelease = async (folder: string, { issuer, signingConfig }: Sigstore) => {
  const args = [
    join(projectRoot, '.ci', 'release', 'run.ts'),
    '--out',
    folder,
    '--sign',
    '--signing-config',
    signingConfig,
  ];
  const env = { SIGSTORE_ID_TOKEN: issuer.token() };
  return succeed(await runCli(args, { cwd: projectRoot, env, command: nodePath }));
};

/** The lines of SECURITY.md for what was downloaded, for the identity and the services of this test. */
const linesFor = ({ issuer, trustedRoot }: Sigstore): readonly [cosign: string, sums: string] => {
  const page = readFileSync(join(projectRoot, 'SECURITY.md'), 'utf8');
  const lines = /```sh\n(cosign verify-blob-attestation [\s\S]*?)\n(sha256sum .*)\n```/.exec(page) ?? [];
  const [, attestation = '', sums = ''] = lines;
  const here = attestation
    .replace(/--certificate-identity \S+/, '--certificate-identity ann@example.com')
    .replace(/--certificate-oidc-issuer \S+/, `--certificate-oidc-issuer ${issuer.url}`);
  return [`${here} --trusted-root ${trustedRoot} --insecure-ignore-sct`.replace(/^cosign/, cosign), sums];
};

describe('a release', { skip: !hasSigstore || !cosign }, () => {
  it('is made by one command, and verified by the lines of SECURITY.md', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'made');
    await using sigstore = await startSigstore(folder.path);
    await makeRelease(path, sigstore);
    const [attestation, sums] = linesFor(sigstore);
    const shell = (line: string) => runCli(['-c', line], { cwd: path, command: 'sh' });
    succeed(await shell(attestation));
    const { stdout } = succeed(await shell(sums));
    const expected = readdirSync(path).filter((name) => /\.tgz$|\.tar\.gz$|\.cdx\.json$/.test(name));
    assert.ok(expected.includes('kitwright-linux-x64.tar.gz') && expected.includes('kitwright-0.1.0.cdx.json'));
    assert.deepEqual(stdout.trim().split('\n').sort(), expected.map((name) => `${name}: OK`).sort());

    succeed(
      await shell('mkdir unpacked && tar -xzf kitwright-linux-x64.tar.gz -C unpacked && unpacked/kitwright version'),
    );

    appendFileSync(join(path, 'kitwright-0.1.0.tgz'), 'more');
    assert.equal((await shell(sums)).code, 1);
    appendFileSync(join(path, 'SHA256SUMS'), '\n');
    assert.notEqual((await shell(attestation)).code, 0);
    assert.match(readFileSync(join(path, 'kitwright.rb'), 'utf8'), /on_linux/);
  });
});
