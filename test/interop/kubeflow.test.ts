import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startRegistry } from '@kitwright/testkit';
import { parse } from 'yaml';
import { commandFolder } from '../support/commandFolder.ts';
import { runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { projectRoot } from '../support/trackedFiles.ts';
import { succeed } from './peer.ts';

const { KFP: python = '', COSIGN3: cosign = '' } = process.env;
const script = fileURLToPath(new URL('kubeflowPipeline.py', import.meta.url));
const components = join(projectRoot, 'pipelines', 'kubeflow');

it('kfp loads, compiles and runs the components', { skip: (!python || !cosign) && 'no kfp or cosign' }, async () => {
  using folder = temporaryFolder();
  await using registry = await startRegistry();
  const { path } = folder;
  const env = { COSIGN_PASSWORD: 'p', KITWRIGHT_HOME: join(path, 'home'), PATH: commandFolder(path), TMPDIR: path };
  const run = async (command: string, ...args: readonly string[]) =>
    succeed(await runCli(args, { cwd: path, command, env })).stdout;
  await run('kitwright', 'generate-key-pair');
  await run(python, script, components, path, registry.host, join(path, 'cosign.key'));

  const kit = `${registry.host}/team/net`;
  const { digest } = JSON.parse(await run('kitwright', 'inspect', '-r', `${kit}:v1`)) as { readonly digest: string };
  assert.equal(readFileSync(join(path, 'out', 'model.safetensors'), 'utf8'), 'weights');
  const kitfile = parse(readFileSync(join(path, 'out', 'Kitfile'), 'utf8'));
  assert.deepEqual(kitfile.package, { name: 'A "net"', description: 'line one\nline two', authors: ['Ann'] });
  const proof = ['--key', 'cosign.pub', '--insecure-ignore-tlog', '--allow-http-registry', `${kit}@${digest}`];
  await run(cosign, 'verify', ...proof);
  await run(cosign, 'verify-attestation', '--type', 'slsaprovenance1', ...proof);
  const { payload } = JSON.parse(
    await run(cosign, 'verify-attestation', '--type', 'https://kitops.ml/attestation/v1', ...proof),
  );
  const { predicate } = JSON.parse(Buffer.from(payload, 'base64').toString());
  const { created_at, ...metadata } = predicate.metadata;
  assert.deepEqual(predicate.modelkit, { reference: `${kit}@${digest}`, digest });
  assert.deepEqual(metadata, { dataset_uri: 's3://bucket/"data"', code_repo: '', code_commit: 'abc' });
  assert.match(created_at, /^20\d\d-/);

  const { pushed, unpacked } = JSON.parse(readFileSync(join(path, 'outputs.json'), 'utf8'));
  const notes = `${registry.host}/team/notes`;
  assert.equal(pushed.uri, `${notes}:latest`);
  assert.match(pushed.digest, /^sha256:[0-9a-f]{64}$/);
  assert.equal(pushed.reference, `${notes}@${pushed.digest}`);
  assert.deepEqual(readdirSync(unpacked.model_path).sort(), ['Kitfile', 'notes.md']);
  assert.match(readFileSync(join(path, 'pipeline.yaml'), 'utf8'), /exec-push-modelkit/);
  const shown = readFileSync(join(path, 'readme.yaml'), 'utf8');
  assert.equal(shown.match(/image: .*pipelinechannel--image/g)?.length, 2);
  assert.match(shown, /secretName: docker-config/);
});
