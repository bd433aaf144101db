import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createGithubRunner } from '../support/githubRunner.ts';
import { runCli } from '../support/runCli.ts';
import { startPackageRegistry } from '../support/startPackageRegistry.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { succeed } from './peer.ts';
import { hasSigstore, startSigstore } from './startSigstore.ts';

const { COSIGN3: cosign = '' } = process.env;

describe('the action of GitHub', { skip: !hasSigstore || !cosign }, () => {
  it('signs and attests as its workflow, before the tag is there, and cosign verifies both', async () => {
    using folder = temporaryFolder();
    const { path } = folder;
    await using stack = new AsyncDisposableStack();
    const services = join(path, 'services');
    mkdirSync(services);
    const sigstore = stack.use(await startSigstore(services));
    const registry = stack.use(await startRegistry());
    const packages = stack.use(await startPackageRegistry());
    const job = createGithubRunner(path, {
      PATH: process.env['PATH'] ?? '',
      npm_config_registry: packages.url,
      npm_config_cache: join(path, 'npm'),
      ACTIONS_ID_TOKEN_REQUEST_URL: `${sigstore.issuer.url}/github?v=1`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'job',
    });
    writeFileSync(join(job.workspace, 'Kitfile'), 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n');
    writeFileSync(join(job.workspace, 'net.bin'), 'weights');
    const step = await job.step({
      tag: `${registry.host}/team/net:v1`,
      sign: 'true',
      attest: 'true',
      'signing-config': sigstore.signingConfig,
      'trusted-root': sigstore.trustedRoot,
    });
    succeed(step);
    assert.doesNotMatch(step.stdout + step.stderr, /eyJ/, 'No token is shown.');
    const { ref = '' } = step.outputs;
    const identity = ['--certificate-identity', 'job@example.com', '--certificate-oidc-issuer', sigstore.issuer.url];
    const root = ['--trusted-root', sigstore.trustedRoot, '--insecure-ignore-sct', ...identity];
    const theirs = (...args: readonly string[]) =>
      runCli([...args, '--allow-http-registry', ...root, ref], { cwd: path, command: cosign });
    succeed(await theirs('verify'));
    const { stdout } = succeed(await theirs('verify-attestation', '--type', 'slsaprovenance1'));
    const { payload } = JSON.parse(stdout) as { readonly payload: string };
    const { predicate } = JSON.parse(Buffer.from(payload, 'base64').toString()) as { readonly predicate: object };
    assert.deepEqual(predicate, {
      buildDefinition: {
        buildType: 'https://actions.github.io/buildtypes/workflow/v1',
        externalParameters: {
          workflow: {
            ref: 'refs/heads/main',
            repository: 'https://github.com/team/model',
            path: '.github/workflows/train.yml',
          },
        },
        internalParameters: {
          github: {
            event_name: 'push',
            repository_id: '1',
            repository_owner_id: '2',
            runner_environment: 'github-hosted',
          },
        },
        resolvedDependencies: [
          { uri: 'git+https://github.com/team/model@refs/heads/main', digest: { gitCommit: 'c'.repeat(40) } },
        ],
      },
      runDetails: {
        builder: { id: 'https://github.com/team/model/.github/workflows/train.yml@refs/heads/main' },
        metadata: { invocationId: 'https://github.com/team/model/actions/runs/77/attempts/1' },
      },
    });
    const ours = ['-ec', 'kitwright "$@"', 'sh', 'verify', ref, ...root];
    succeed(await runCli(ours, { command: 'sh', cwd: path, env: step.env }));
  });
});
