import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { runArgoTemplate } from '../support/argoTemplate.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const createPod = () => {
  const folder = temporaryFolder();
  const files = join(folder.path, 'kit', 'files');
  mkdirSync(files, { recursive: true });
  writeFileSync(join(files, 'Kitfile'), 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\ndocs: [{path: notes.md}]\n');
  for (const name of ['net.bin', 'notes.md']) writeFileSync(join(files, name), name);
  return { path: folder.path, files, [Symbol.dispose]: () => folder[Symbol.dispose]() };
};

it('the templates of Argo push and unpack', async () => {
  await using registry = await startRegistry();
  using pod = createPod();
  const name = `${registry.host}/team/net`;
  const pushed = await runArgoTemplate(pod.path, 'push', { reference: `${name}:v1` });
  assert.equal(pushed.code, 0, pushed.stderr);
  const { digest = '' } = pushed.outputs;
  assert.match(digest, /^sha256:[0-9a-f]{64}$/);
  assert.deepEqual(pushed.outputs, { digest, ref: `${name}@${digest}` });
  rmSync(pod.files, { recursive: true });
  const unpacked = await runArgoTemplate(pod.path, 'unpack', { reference: `${name}@${digest}`, filter: 'model' });
  assert.equal(unpacked.code, 0, unpacked.stderr);
  assert.equal(readFileSync(join(pod.files, 'net.bin'), 'utf8'), 'net.bin');
  assert.ok(!existsSync(join(pod.files, 'notes.md')));
});

it('a failure is one, and text is text', async () => {
  await using registry = await startRegistry();
  using pod = createPod();
  for (const reference of [`${registry.host}/$(touch bad):v1`, '--push', `${registry.host}/n"et;x:v1`]) {
    const { code, stderr, outputs } = await runArgoTemplate(pod.path, 'push', { reference });
    assert.notEqual(code, 0);
    assert.match(stderr, /reference-invalid/);
    assert.deepEqual(outputs, {});
  }
  const missing = await runArgoTemplate(pod.path, 'unpack', { reference: `${registry.host}/net:v1` });
  assert.match(missing.stderr, /kit-not-found/);
  assert.ok(!existsSync(join(pod.path, 'bad')));
});
