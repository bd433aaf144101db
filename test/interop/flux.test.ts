import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createProject, digestIn } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { projectRoot } from '../support/trackedFiles.ts';
import { validateObjects, writeCustomSchemas } from './kubernetesSchemas.ts';
import { emptyRoot, succeed } from './peer.ts';

const { KUBECONFORM: kubeconform = '', FLUX_SCHEMAS: modules = '', FLUX: flux = '' } = process.env;
const { COSIGN2: cosign2 = '', COSIGN3: cosign3 = '' } = process.env;
const model = readFileSync(join(projectRoot, 'pipelines', 'flux', 'model.yaml'), 'utf8');

describe('the objects of Flux', () => {
  it('are valid, and a mistake in them is seen', { skip: !(kubeconform && modules) && 'no schemas' }, () => {
    using folder = temporaryFolder();
    writeCustomSchemas(modules, folder.path);
    const check = (yaml: string) => validateObjects(kubeconform, folder.path, yaml);
    const { status, text } = check(model);
    assert.equal(status, 0, text);
    assert.match(text, /"skipped": 0/);
    for (const [right, wrong] of [
      ['provider: cosign', 'provider: kosign'],
      ['operation: extract', 'operation: unpack'],
      ['prune: true', 'prun: true'],
    ] as const)
      assert.equal(check(model.replace(right, wrong)).status, 1, wrong);
  });

  it('choose the layer with the YAML; Flux extracts it, and cosign verifies the kit', {
    skip: !(flux && cosign2 && cosign3) && 'no Flux or cosign',
  }, async () => {
    await using registry = await startRegistry();
    using project = createProject(
      {
        Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\ncode: [{path: deploy}]\n',
        'net.bin': 'weights',
        'deploy/pod.yaml': 'kind: Pod\n',
      },
      { COSIGN_PASSWORD: '', KITWRIGHT_PLAIN_HTTP: '1' },
    );
    const repository = `${registry.host}/team/model`;
    succeed(await project.run('generate-key-pair'));
    const packing = [
      'pack',
      'project',
      '-t',
      `${repository}:v1`,
      '--compression',
      'gzip',
      '--sign',
      'cosign.key',
      '--push',
    ];
    const digest = digestIn(succeed(await project.run(...packing)));
    const [object = ''] = model.replace(/sha256:0*$/m, digest).split('---\n');
    const out = join(project.path, 'out');
    mkdirSync(out);
    const fetching = { cwd: project.path, command: flux, stdin: object };
    succeed(await runCli([`oci://${repository}`, out], fetching));
    assert.equal(readFileSync(join(out, 'deploy', 'pod.yaml'), 'utf8'), 'kind: Pod\n');
    assert.ok(!existsSync(join(out, 'net.bin')));
    const root = join(project.path, 'root.json');
    writeFileSync(root, emptyRoot);
    for (const [command, ...roots] of [[cosign2, '--trusted-root', root], [cosign3]] as const) {
      const args = ['verify', '--key', 'cosign.pub', '--insecure-ignore-tlog', '--allow-http-registry', ...roots];
      succeed(await runCli([...args, `${repository}@${digest}`], { cwd: project.path, command }));
    }
  });
});
