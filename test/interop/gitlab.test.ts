import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { commandFolder } from '../support/commandFolder.ts';
import { gitlabTemplate } from '../support/gitlabJob.ts';
import { nodePath, runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { succeed } from './peer.ts';
import { hasSigstore, startSigstore } from './startSigstore.ts';

const { GITLAB_CI_LOCAL: gitlab = '', COSIGN3: cosign = '' } = process.env;

/** Is started nowhere: jobs run in a shell here. */
const image = 'registry.example.com/kitwright:0.1.0';

/** A project with a pipeline, in git: what is included must be in it. */
async function createPipeline(path: string, pipeline: string) {
  const project = join(path, 'model');
  mkdirSync(project);
  const env = { PATH: commandFolder(path), HOME: path, GIT_CONFIG_GLOBAL: join(path, 'gitconfig') };
  const run = (command: string, ...args: readonly string[]) => runCli(args, { cwd: project, command, env });
  copyFileSync(gitlabTemplate, join(project, 'modelkit.yml'));
  writeFileSync(join(project, '.gitlab-ci.yml'), pipeline);
  writeFileSync(join(project, 'Kitfile'), 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n');
  writeFileSync(join(project, 'net.bin'), 'weights');
  writeFileSync(env.GIT_CONFIG_GLOBAL, '[user]\nname = ann\nemail = ann@example.com\n[init]\ndefaultBranch = main\n');
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    ['commit', '-qm', 'x'],
    ['remote', 'add', 'origin', 'git@git.example.com:team/model.git'],
  ])
    succeed(await run('git', ...args));
  return (...args: readonly string[]) => run(nodePath, gitlab, ...args);
}

it('a pipeline with the template packs, signs, pushes and tells the next job', {
  skip: (!gitlab || !hasSigstore || !cosign) && 'no gitlab-ci-local, Sigstore or cosign',
}, async () => {
  using folder = temporaryFolder();
  await using sigstore = await startSigstore(folder.path);
  await using registry = await startRegistry();
  const kit = `${registry.host}/team/net`;
  const inputs = {
    image,
    reference: `${kit}:v1`,
    sign: true,
    attest: true,
    'signing-config': sigstore.signingConfig,
    'trusted-root': sigstore.trustedRoot,
  };
  const run = await createPipeline(
    folder.path,
    `include: [{local: modelkit.yml, inputs: ${JSON.stringify(inputs)}}]
use: {stage: .post, needs: [modelkit], script: ['echo "REF=$KIT_REF" "CHANGED=$KIT_CHANGED"']}
`,
  );
  const token = ['--variable', `SIGSTORE_ID_TOKEN=${sigstore.issuer.token()}`];
  const { stdout } = succeed(await run('--force-shell-executor', '--no-color', ...token));
  const [, ref = ''] = /REF=(\S+@sha256:[0-9a-f]{64}) CHANGED=true/.exec(stdout) ?? assert.fail(stdout);
  assert.ok(ref.startsWith(kit));
  const identity = ['--certificate-identity', 'ann@example.com', '--certificate-oidc-issuer', sigstore.issuer.url];
  const root = ['--trusted-root', sigstore.trustedRoot, '--insecure-ignore-sct', '--allow-http-registry'];
  const verified = async (...args: readonly string[]) =>
    succeed(await runCli([...args, ...root, ...identity, ref], { cwd: folder.path, command: cosign })).stdout;
  await verified('verify');
  const { payload } = JSON.parse(await verified('verify-attestation', '--type', 'slsaprovenance1'));
  const { predicate } = JSON.parse(Buffer.from(payload, 'base64').toString());
  const [source, file] = predicate.buildDefinition.resolvedDependencies;
  assert.equal(source.uri, 'git+ssh://git.example.com/team/model.git');
  assert.deepEqual([file.name, Object.keys(file.digest)], ['net.bin', ['sha256']]);
  assert.ok(predicate.buildDefinition.internalParameters.environment.CI_PIPELINE_URL);
});

it("GitLab's schema is held, and it sees a mistake", { skip: !gitlab && 'no gitlab-ci-local' }, async () => {
  const include = `include: [{local: modelkit.yml, inputs: {image: '${image}'}}]\n`;
  using good = temporaryFolder();
  succeed(await (await createPipeline(good.path, include))('--list'));
  using bad = temporaryFolder();
  const run = await createPipeline(bad.path, `${include}wrong: {stagee: x, script: [a]}\n`);
  assert.notEqual((await run('--list')).code, 0);
});
