import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';

const checkpoint = (step: number) => ({
  [`out/checkpoint-${step}/weights.txt`]: `weights of ${step}`,
  [`out/checkpoint-${step}/trainer_state.json`]: `{"global_step": ${step}, "log_history": []}`,
});

const files = {
  Kitfile: 'manifestVersion: 1.0.0\nmodel: {name: m, path: out}\n',
  'out/config.txt': '1',
  ...checkpoint(50),
  ...checkpoint(100),
};

const digestOf = (stdout: string) => /Model saved: (\S+)/.exec(stdout)?.[1];

test('each checkpoint is a layer that the kit names; a watch and a cold pack make the same bytes', async () => {
  using project = createProject(files);
  const packed = await project.run('pack', 'project', '-t', 'a:1', '--layers', 'per-checkpoint');
  assert.equal(packed.code, 0, packed.stderr);
  const info = await project.run('info', 'a:1');
  assert.match(info.stdout, /path: out\/checkpoint-50[\s\S]*path: out\/checkpoint-100/);
  const watched = await project.run(
    ...['--json', 'watch', 'project', '-t', 'b:1', '--layers', 'per-checkpoint', '--no-provenance', '--', 'true'],
  );
  assert.equal(watched.code, 0, watched.stderr);
  const { digest } = JSON.parse((await project.run('--json', 'info', 'b:1')).stdout) as { digest: string };
  assert.equal(readLayers(await project.run('inspect', 'b:1')), readLayers(await project.run('inspect', 'a:1')));
  assert.match(digest, /^sha256:/);
  assert.match(String(digestOf(packed.stdout)), /^sha256:/);
});

const readLayers = ({ stdout }: { readonly stdout: string }) => {
  const { manifest } = JSON.parse(stdout) as { manifest: { config: object; layers: readonly object[] } };
  assert.equal(manifest.layers.length, 3);
  return JSON.stringify([manifest.config, manifest.layers]);
};

test('the kit unpacks like any other, and packs again from its own Kitfile to the same layers', async () => {
  using project = createProject({ ...files, 'kitwright.config.json': '{"layers": "per-checkpoint"}' });
  assert.equal((await project.run('pack', 'project', '-t', 'a:1')).code, 0);
  assert.equal((await project.run('unpack', 'a:1', '-d', 'out')).code, 0);
  assert.equal(readFileSync(join(project.path, 'out/out/checkpoint-50/weights.txt'), 'utf8'), 'weights of 50');
  assert.equal((await project.run('pack', 'out', '-t', 'again:1')).code, 0);
  assert.equal(readLayers(await project.run('inspect', 'again:1')), readLayers(await project.run('inspect', 'a:1')));
});

test('init names the directory whose checkpoints can be layers', async () => {
  using project = createProject({ 'out/checkpoint-5/model.safetensors': 'x', 'a.py': '1' });
  assert.match((await project.run('init', 'project')).stderr, /Checkpoints are in .*out.*--layers per-checkpoint/);
});
