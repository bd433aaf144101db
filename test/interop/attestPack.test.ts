import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createProject, digestIn, type Project } from '../support/project.ts';
import { type CliResult, runCli } from '../support/runCli.ts';
import { emptyRoot, succeed } from './peer.ts';
import { registries } from './registries.ts';

const {
  COSIGN2: cosign2 = '',
  COSIGN3: cosign3 = '',
  ORAS: oras = '',
  CRANE: crane = '',
  SLSA_VERIFIER: slsaVerifier = '',
} = process.env;

const env = { COSIGN_PASSWORD: 'secret', KITWRIGHT_PLAIN_HTTP: '1' };
const files = { Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n', 'net.bin': 'weights' };

/** A project with a key. */
const createDesk = async () => {
  const project = createProject(files, env);
  writeFileSync(join(project.path, 'root.json'), emptyRoot);
  succeed(await project.run('generate-key-pair'));
  return project;
};

const peer =
  ({ path, home }: Project, command: string) =>
  (...args: readonly string[]): Promise<CliResult> =>
    runCli(args, { cwd: path, env: { ...env, KITWRIGHT_HOME: home }, command });

const local = ['--allow-http-registry', '--insecure-ignore-tlog', '--trusted-root', 'root.json'];
const ofProvenance = ['--type', 'slsaprovenance1', '--key', 'cosign.pub'];

describe('provenance', { skip: !cosign2 || !cosign3 }, () => {
  for (const [name, isHere, start] of registries)
    it(`is verified by cosign 2.6 and 3, at ${name}`, { skip: !isHere }, async () => {
      using project = await createDesk();
      await using registry = await start(project);
      const reference = `${registry.host}/team/model:v1`;
      succeed(await project.run('pack', 'project', '-t', reference, '--attest', '--sign', 'cosign.key', '--push'));
      for (const command of [cosign2, cosign3]) {
        const cosign = peer(project, command);
        const { stdout } = succeed(await cosign('verify-attestation', reference, ...ofProvenance, ...local));
        const [line = ''] = stdout.split('\n').filter((one) => one.startsWith('{'));
        const { payload } = JSON.parse(line) as { readonly payload: string };
        assert.match(Buffer.from(payload, 'base64').toString(), /"name":"net\.bin"/);
        assert.notEqual(
          (await cosign('verify-attestation', reference, '--type', 'vuln', '--key', 'cosign.pub', ...local)).code,
          0,
        );
        succeed(await cosign('verify', reference, '--key', 'cosign.pub', ...local));
      }
    });

  const [, , start] = registries.at(-1) ?? assert.fail('There is no registry.');

  it('of cosign, with our predicate, is verified by us', async () => {
    using project = await createDesk();
    await using registry = await start(project);
    const reference = `${registry.host}/team/model:v1`;
    const digest = digestIn(succeed(await project.run('pack', 'project', '-t', reference, '--push')));
    const predicate = { buildDefinition: { buildType: 'https://example.com/b' }, runDetails: { builder: { id: 'x' } } };
    writeFileSync(join(project.path, 'predicate.json'), JSON.stringify(predicate));
    const pinned = `${registry.host}/team/model@${digest}`;
    const signing = ['--allow-http-registry', '--tlog-upload=false', '--yes', '--key', 'cosign.key'];
    const what = ['--type', 'slsaprovenance1', '--predicate', 'predicate.json', pinned];
    succeed(await peer(project, cosign3)('attest', ...signing, '--use-signing-config=false', ...what));
    succeed(await peer(project, cosign2)('attest', ...signing, ...what));
    const { stdout } = succeed(await project.run('--json', 'verify-attestation', reference, ...ofProvenance));
    const { verified } = JSON.parse(stdout) as { readonly verified: readonly { readonly format: string }[] };
    assert.deepEqual(verified.map(({ format }) => format).sort(), ['bundle', 'legacy']);
  });
});

describe('unsigned provenance', { skip: !oras && 'oras is not here' }, () => {
  it('is found by oras, by its type', async () => {
    using project = await createDesk();
    const [, , start] = registries.at(-2) ?? assert.fail('There is no registry.');
    await using registry = await start(project);
    const reference = `${registry.host}/team/model:v1`;
    succeed(await project.run('pack', 'project', '-t', reference, '--attest', '--push'));
    const type = 'application/vnd.in-toto+json';
    const found = await peer(project, oras)('discover', '--plain-http', '--artifact-type', type, reference);
    assert.match(succeed(found).stdout, /in-toto\.io\/predicate-type: https:\/\/slsa\.dev\/provenance\/v1/);
  });
});

describe('slsa-verifier', { skip: (!slsaVerifier || !crane) && 'slsa-verifier or crane is not here' }, () => {
  it('verifies a summary that we signed with a key, and refuses it for another kit', async () => {
    using project = await createDesk();
    const [, , start] = registries.at(-1) ?? assert.fail('There is no registry.');
    await using registry = await start(project);
    const reference = `${registry.host}/team/model:v1`;
    const digest = digestIn(succeed(await project.run('pack', 'project', '-t', reference, '--push')));
    const [verifier, resource] = ['https://example.com/verifier', `pkg:oci/model@${digest}`];
    const summary = {
      verifier: { id: verifier },
      timeVerified: '2026-01-01T00:00:00Z',
      resourceUri: resource,
      policy: { uri: 'https://example.com/policy' },
      verificationResult: 'PASSED',
      verifiedLevels: ['SLSA_BUILD_LEVEL_1'],
    };
    writeFileSync(join(project.path, 'summary.json'), JSON.stringify(summary));
    const type = 'https://slsa.dev/verification_summary/v1';
    const key = ['--key', 'cosign.key', '--format', 'legacy'];
    succeed(await project.run('attest', reference, '--predicate', 'summary.json', '--type', type, ...key));
    writeFileSync(join(project.path, 'envelope.json'), await envelopeOf(project, registry.host, digest));
    const verify = (subject: string) =>
      peer(project, slsaVerifier)(
        ...['verify-vsa', '--subject-digest', subject, '--attestation-path', 'envelope.json'],
        ...['--verifier-id', verifier, '--resource-uri', resource, '--verified-level', 'SLSA_BUILD_LEVEL_1'],
        ...['--public-key-path', 'cosign.pub'],
      );
    assert.match(succeed(await verify(digest)).stderr, /PASSED/);
    assert.notEqual((await verify(`sha256:${'0'.repeat(64)}`)).code, 0);
  });
});

/** What is stored under the tag `.att`: the first blob is a DSSE envelope. */
const envelopeOf = async (project: Project, host: string, digest: string): Promise<string> => {
  const read = peer(project, crane);
  const tag = `${host}/team/model:${digest.replace(':', '-')}.att`;
  const { layers } = JSON.parse(succeed(await read('manifest', '--insecure', tag)).stdout) as {
    readonly layers: readonly { readonly digest: string }[];
  };
  return succeed(await read('blob', '--insecure', `${host}/team/model@${layers[0]?.digest}`)).stdout;
};
