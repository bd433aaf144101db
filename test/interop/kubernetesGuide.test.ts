import assert from 'node:assert/strict';
import { chmodSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { parseAllDocuments } from 'yaml';
import { guideLines } from '../support/guideLines.ts';
import { createProject } from '../support/project.ts';
import { cliPath, nodePath, runCli } from '../support/runCli.ts';
import { validateObjects, writeSchemas } from './kubernetesSchemas.ts';
import { succeed } from './peer.ts';

const { KUBECONFORM: kubeconform = '', KUBERNETES_SCHEMAS: modules = '' } = process.env;
const skip = kubeconform && modules ? false : 'kubeconform or the schemas of Kubernetes cannot be had here';

/** Keeps what is applied. */
const kubectl = `#!/bin/sh
case "$1 $2 $3" in
  'apply -f -') cat > "applied-$$.yaml" ;;
  'apply -f net.yaml') cat net.yaml > applied.yaml ;;
  'create secret generic') test -s cosign.pub ;;
  *) exit 1 ;;
esac
`;

interface Pod {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly initContainers: readonly [
          { readonly env: readonly { readonly name: string; readonly value?: string }[] },
        ];
      };
    };
  };
}

test('the lines of the guide work as they are, and what they apply is valid and delivers the model', {
  skip,
}, async () => {
  await using registry = await startRegistry();
  const files = {
    Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m, format: safetensors}\n',
    'm/net.safetensors': 'weights',
  };
  using project = createProject(files);
  const [bin, schemas] = [join(project.path, 'bin'), join(project.path, 'schemas')];
  mkdirSync(bin);
  for (const [name, text] of Object.entries({
    kitwright: `#!/bin/sh\nexec '${nodePath}' '${cliPath}' "$@"\n`,
    kubectl,
  })) {
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  }
  const env = {
    KIT: `${registry.host}/team/net`,
    IMAGE: 'registry.example.com/kitwright-init:0.1.0',
    SERVER: 'registry.example.com/server:1',
    KITWRIGHT_HOME: project.home,
    KITWRIGHT_PLAIN_HTTP: '1',
    COSIGN_PASSWORD: '',
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
  };
  const options = { cwd: project.directory, command: 'sh', env };
  succeed(await runCli(['-ec', guideLines('kubernetes')], options));
  writeSchemas(modules, schemas);
  const applied = globSync('applied*.yaml', { cwd: project.directory });
  assert.equal(applied.length, 4);
  for (const name of applied) {
    const { status, text } = validateObjects(kubeconform, schemas, readFileSync(join(project.directory, name), 'utf8'));
    assert.equal(status, 0, `${name}: ${text}`);
  }
  const [deployment] = parseAllDocuments(readFileSync(join(project.directory, 'net.yaml'), 'utf8'));
  assert.ok(deployment);
  const [{ env: variables }] = (deployment.toJS() as Pod).spec.template.spec.initContainers;
  const given = Object.fromEntries(
    variables.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
  );
  const [key, place] = [join(project.directory, 'cosign.pub'), join(project.path, 'models')];
  const container = { ...given, COSIGN_KEY: key, UNPACK_PATH: place, KITWRIGHT_PLAIN_HTTP: '1' };
  succeed(await runCli(['init-container'], { cwd: project.path, env: container }));
  assert.equal(readFileSync(join(place, 'm', 'net.safetensors'), 'utf8'), 'weights');
});
