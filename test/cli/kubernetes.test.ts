import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { parseAllDocuments } from 'yaml';
import { createProject, digestIn } from '../support/project.ts';

const ways = ['init', 'kserve', 'image-volume', 'job'] as const;

const start = async (kitfile: string) => {
  await using stack = new AsyncDisposableStack();
  const registry = stack.use(await startRegistry());
  const project = createProject({ Kitfile: kitfile, 'm/a.safetensors': 'w' }, { KITWRIGHT_PLAIN_HTTP: '1' });
  stack.defer(() => project[Symbol.dispose]());
  const repository = `${registry.host}/team/Net`.toLowerCase();
  const digest = digestIn(await project.run('pack', 'project', '-t', `${repository}:v1`, '--push'));
  const kept = stack.move();
  return { project, repository, digest, [Symbol.asyncDispose]: () => kept.disposeAsync() };
};

const plain = 'manifestVersion: 1.0.0\nmodel: {path: m, format: safetensors}\n';

test('each way prints objects that name the kit by its digest, and the YAML is that of --json', async () => {
  await using kit = await start(plain);
  for (const way of ways) {
    const args = ['kubernetes', `${kit.repository}:v1`, '--for', way, '--namespace', 'serving'];
    const { code, stdout, stderr } = await kit.project.run(...args);
    assert.equal(code, 0, stderr);
    const objects = parseAllDocuments(stdout).map((document) => document.toJS() as unknown);
    const json = JSON.parse((await kit.project.run('--json', ...args)).stdout) as Record<string, unknown>;
    assert.deepEqual(json['objects'], objects);
    assert.deepEqual([json['digest'], json['for']], [kit.digest, way]);
    const [, pinned] = /@(sha256:[0-9a-f]{64})/.exec(stdout) ?? [];
    assert.equal(pinned === kit.digest, way !== 'image-volume', 'a volume is that of an image');
    assert.doesNotMatch(stdout.replaceAll(/^#.*$|dev\.kitwright\.reference:.*$/gm, ''), /:v1/);
  }
});

test('an image volume is that which image makes, or the named one, by its digest', async () => {
  await using kit = await start(plain);
  const [reference, tag] = [`${kit.repository}:v1`, `${kit.repository}:v1-image`];
  const imageIn = async (...args: readonly string[]) => {
    const { stdout, stderr } = await kit.project.run('kubernetes', reference, '--for', 'image-volume', ...args);
    return { image: /reference: (\S+@\S+)/.exec(stdout)?.[1], text: stdout + stderr };
  };
  const before = await imageIn();
  assert.ok(before.text.includes(`"kitwright image ${reference} -t ${tag}" pushes it`), before.text);
  assert.match((await imageIn('--image', tag)).text, /kit-not-found/);
  assert.match((await imageIn('--image', reference)).text, /WARN .*--image names the ModelKit itself/);
  const { stdout } = await kit.project.run('--json', 'image', reference, '-t', tag);
  const { digest } = JSON.parse(stdout) as { readonly digest: string };
  assert.equal(before.image, `${kit.repository}@${digest}`);
  assert.equal((await imageIn('--image', tag)).image, `${kit.repository}@${digest}`);
});

test('KServe gets the format that a Kitfile or a flag names, and groups of nodes a cache', async () => {
  await using kit = await start('manifestVersion: 1.0.0\nmodel: {path: m}\n');
  const args = ['--json', 'kubernetes', `${kit.repository}:v1`, '--for', 'kserve'];
  assert.match((await kit.project.run(...args)).stderr, /--model-format/);
  const { stdout } = await kit.project.run(...args, '--model-format', 'sklearn', '--node-group', 'gpu');
  const { objects } = JSON.parse(stdout) as { readonly objects: readonly { readonly kind: string }[] };
  assert.deepEqual(
    objects.map(({ kind }) => kind),
    ['ClusterStorageContainer', 'ClusterStorageContainer', 'LocalModelCache', 'InferenceService'],
  );
});

test('what is no name, no image or at no registry is a mistake of the user', async () => {
  await using kit = await start(plain);
  const reference = `${kit.repository}:v1`;
  for (const args of [
    ['net:v1', '--for', 'init'],
    [reference],
    [reference, '--for', 'pod'],
    [reference, '--for', 'init', '--namespace', 'A\nb'],
    [reference, '--for', 'init', '--image', 'a: b'],
    [reference, '--for', 'init', '--pull-secret', '../x'],
    [reference, '--for', 'kserve', '--node-group', 'a b'],
    [reference, '--for', 'image-volume', '--key-secret', 'key'],
    [reference, '--for', 'init', '--node-group', 'gpu'],
  ]) {
    const { code, stdout } = await kit.project.run('kubernetes', ...args);
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
  }
});
