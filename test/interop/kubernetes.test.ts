import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createProject } from '../support/project.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { projectRoot } from '../support/trackedFiles.ts';
import { validateObjects, writeSchemas } from './kubernetesSchemas.ts';

const { KUBECONFORM: kubeconform = '', KUBERNETES_SCHEMAS: modules = '' } = process.env;
const skip = kubeconform && modules ? false : 'kubeconform or the schemas of Kubernetes cannot be had here';

const start = async () => {
  await using stack = new AsyncDisposableStack();
  const schemas = stack.use(temporaryFolder()).path;
  writeSchemas(modules, schemas);
  const registry = stack.use(await startRegistry());
  const kept = stack.move();
  const check = (yaml: string) => validateObjects(kubeconform, schemas, yaml);
  return { host: registry.host, check, [Symbol.asyncDispose]: () => kept.disposeAsync() };
};

const flags: readonly (readonly string[])[] = [
  [],
  [
    '--namespace',
    'serving',
    '--pull-secret',
    'pull',
    '--key-secret',
    'keys.of.team',
    '--server',
    'r.example.com/vllm:1',
  ],
  ['--node-group', 'gpu', '--image', 'localhost:5000/a/b@sha256:'.concat('0'.repeat(64)), '--name', 'a'.repeat(63)],
];

/** Flags that a way does not have. */
const isOther = (way: string, word = '') =>
  (word === '--node-group' && way !== 'kserve') || (word === '--key-secret' && way === 'image-volume');

test('everything that is printed is valid for Kubernetes 1.37 and KServe, also for odd names', { skip }, async () => {
  await using started = await start();
  using project = createProject(
    { Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m, format: "safetensors\\n- x: {{y}}"}\n', m: 'w' },
    { KITWRIGHT_PLAIN_HTTP: '1' },
  );
  for (const name of ['net', '7b', 'a.b_c__d', '1e3', 'no', `x${'-y'.repeat(60)}`]) {
    const reference = `${started.host}/${name}:v1`;
    assert.equal((await project.run('pack', 'project', '-t', reference, '--push')).code, 0);
    for (const way of ['init', 'kserve', 'image-volume', 'job'])
      for (const more of name === 'net' ? flags : [[]]) {
        const fitting = more.filter((word, i) => !isOther(way, word) && !isOther(way, more[i - 1]));
        const { stdout, stderr } = await project.run('kubernetes', reference, '--for', way, ...fitting);
        const { status, text } = started.check(stdout);
        assert.equal(status, 0, `${name} ${way} ${more.join(' ')}: ${stderr}${text}\n${stdout}`);
        assert.match(text, /"skipped": 0/);
      }
  }
});

test('the check sees an unknown field, a wrong type and a missing kind', { skip }, async () => {
  await using started = await start();
  const pod = (spec: string) => `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: ${spec}\n`;
  assert.equal(started.check(pod('{containers: [{name: a, image: b}]}')).status, 0);
  assert.equal(started.check(pod('{containers: [{name: a, imag: b}]}')).status, 1);
  assert.equal(started.check(pod('{containers: [{name: 1}]}')).status, 1);
  assert.equal(started.check(pod('{containers: [{name: a, image: b}]}').replace('Pod', 'Pot')).status, 1);
  const service = (predictor: string) =>
    `apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: a}\nspec: {predictor: ${predictor}}\n`;
  assert.equal(started.check(service('{model: {modelFormat: {name: onnx}, storageUri: "kit://a"}}')).status, 0);
  assert.equal(started.check(service('{model: {modelFormat: {name: onnx}, storageUrl: "kit://a"}}')).status, 1);
});

test('every manifest that the project ships is valid', { skip }, async () => {
  await using started = await start();
  const files = globSync('examples/kserve/*.yaml', { cwd: projectRoot });
  assert.equal(files.length, 2);
  for (const file of files) {
    const { status, text } = started.check(readFileSync(join(projectRoot, file), 'utf8'));
    assert.equal(status, 0, `${file}: ${text}`);
  }
});
