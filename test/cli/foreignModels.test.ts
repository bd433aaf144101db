import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createProject, type Project } from '../support/project.ts';
import { type OllamaLayer, pushOllamaModel } from '../support/pushOllamaModel.ts';

const layers: readonly OllamaLayer[] = [
  { kind: 'model', bytes: `GGUF${'w'.repeat(100_000)}` },
  { kind: 'template', bytes: '{{ .Prompt }}' },
  { kind: 'license', bytes: 'MIT' },
  { kind: 'license', bytes: 'Use it well' },
  { kind: 'params', bytes: '{"stop":["x"]}' },
];
const tensors: readonly OllamaLayer[] = [
  { kind: 'tensor', bytes: 'first', name: 'text_encoder/model.layers.0.weight' },
  { kind: 'tensor', bytes: 'first', name: 'text_encoder/model.layers.1.weight' },
  { kind: 'json', bytes: '{}', name: 'text_encoder/config.json' },
];

const run = async (project: Project, ...args: readonly string[]) => {
  const result = await project.run(...args);
  assert.equal(result.code, 0, `${args.join(' ')}: ${result.stderr}`);
  return result.stdout;
};

test('a model of Ollama is shown, pulled, listed, copied, compared and unpacked; its manifest stays as it is', async () => {
  await using registry = await startRegistry();
  using project = createProject({});
  const digest = await pushOllamaModel(registry.host, 'library/llama:8b', layers);
  // As registry.ollama.ai answers.
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  registry.faults.push({ method: 'GET', path: /manifests/, action: { kind: 'headers', headers } });
  const reference = `${registry.host}/library/llama:8b`;
  const info = await run(project, 'info', '-r', reference, '--plain-http');
  assert.match(info, /^model:\n {2}path: model\.gguf\n {2}format: gguf\n/m);
  assert.match(info, /model_type: 8\.0B/);
  const inspected = JSON.parse(await run(project, 'inspect', '-r', reference, '--plain-http'));
  assert.equal(inspected.digest, digest);
  assert.equal(inspected.manifest.mediaType, 'application/vnd.docker.distribution.manifest.v2+json');
  assert.match(await run(project, 'pull', reference, '--plain-http'), new RegExp(digest));
  assert.match(await run(project, 'list'), /llama/);
  await run(project, 'unpack', reference, '-d', 'out');
  assert.deepEqual(readdirSync(join(project.path, 'out')).sort(), [
    'Kitfile',
    'LICENSE',
    'LICENSE-2',
    'model.gguf',
    'params.json',
    'template.gotmpl',
  ]);
  assert.equal(readFileSync(join(project.path, 'out', 'LICENSE-2'), 'utf8'), 'Use it well');
  await run(project, 'copy', reference, 'oci:layout:v1', '--plain-http');
  await run(project, 'unpack', 'oci:layout:v1', '-d', 'again', '-f', 'model');
  assert.equal(readFileSync(join(project.path, 'again', 'model.gguf')).length, 100_004);
  assert.ok(!existsSync(join(project.path, 'again', 'LICENSE')));
  await run(project, 'copy', 'oci:layout:v1', `${registry.host}/copied/llama:8b`, '--plain-http');
  assert.ok([...registry.content.manifests.keys()].includes(`copied/llama ${digest}`));
  assert.equal(
    (await project.run('diff', reference, `${reference.replace('library', 'copied')}`, '--plain-http')).code,
    0,
  );
  await run(project, 'store', 'check');
});

test('a tensor is a file of its own, also where two tensors have the same bytes', async () => {
  await using registry = await startRegistry();
  using project = createProject({});
  await pushOllamaModel(registry.host, 'library/image:v1', tensors, { model_format: 'safetensors' });
  await run(project, 'unpack', `${registry.host}/library/image:v1`, '-d', 'out', '--plain-http');
  assert.deepEqual(readdirSync(join(project.path, 'out', 'text_encoder')).sort(), [
    'config.json',
    'model.layers.0.weight.safetensors',
    'model.layers.1.weight.safetensors',
  ]);
  const inspected = await run(project, 'inspect', '-r', `${registry.host}/library/image:v1`, '--plain-http');
  assert.match(inspected, /"name": "text_encoder\/model\.layers\.0\.weight"/);
});

for (const name of [
  '../../escaped',
  'ABSOLUTE/escaped',
  'a/../../escaped',
  'a\0b',
  '.',
  '..',
  'C:\\x',
  'x'.repeat(300),
])
  test(`a layer called ${JSON.stringify(name.slice(0, 20))} writes nothing outside, and stops nothing short of an error`, async () => {
    await using registry = await startRegistry();
    using project = createProject({});
    await pushOllamaModel(registry.host, 'evil/model:v1', [
      { kind: 'json', bytes: 'evil', name: name.replace('ABSOLUTE', project.path) },
    ]);
    const reference = `${registry.host}/evil/model:v1`;
    const { code, stderr } = await project.run('unpack', reference, '-d', 'deep/out', '--plain-http');
    assert.ok(!existsSync(join(project.path, 'escaped')));
    assert.ok(!existsSync(join(project.path, 'deep', 'escaped')));
    if (code !== 0) assert.match(stderr, /^\[ERROR\] (?:unpack-refused|kit-malformed)/m);
    assert.doesNotMatch(stderr, / at .*\.js:/);
  });

test('a config, or a layer, with other bytes than its digest is refused', async () => {
  await using registry = await startRegistry();
  using project = createProject({});
  await pushOllamaModel(registry.host, 'library/llama:8b', layers);
  const [, ...blobs] = [...registry.content.blobs.keys()];
  const reference = `${registry.host}/library/llama:8b`;
  for (const digest of [[...registry.content.blobs.keys()][0], blobs[0]]) {
    const fault = { method: 'GET', path: new RegExp(digest ?? ''), action: { kind: 'corrupt' } } as const;
    registry.faults.push(fault);
    const { code, stderr } = await project.run('unpack', reference, '-d', 'out', '--plain-http');
    assert.equal(code, 4, stderr);
    assert.match(stderr, /descriptor-mismatch/);
    assert.ok(!existsSync(join(project.path, 'out', 'model.gguf')));
    registry.faults.pop();
  }
});
