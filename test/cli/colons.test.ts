import assert from 'node:assert/strict';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';

const head = 'manifestVersion: 1.0.0\n';

for (const [path, kitfile] of [
  ['epoch:3.ckpt', 'model: {path: "epoch:3.ckpt"}'],
  ['epoch:3.ckpt', 'model: {path: "./epoch:3.ckpt"}'],
  ['org/net:v1', 'model: {path: "./org/net:v1"}'],
  ['a:b/w', 'model: {path: "a:b"}'],
  ['part@1:2', 'model: {path: w, parts: [{path: "part@1:2"}]}'],
  ['data/step:3.csv', 'datasets: [{name: d, path: "data/step:3.csv"}]'],
  ['notes: draft.md', 'docs: [{path: "notes: draft.md"}]'],
  ['src:old/a.py', 'code: [{path: "src:old"}]'],
  ['x:y.prompt', 'prompts: [{name: p, path: "x:y.prompt"}]'],
  ['s3:/bucket/x', 'datasets: [{name: d, path: "s3://bucket/x"}]'],
] as const)
  test(`${kitfile} is an existing file, also after the kit was unpacked`, async () => {
    using project = createProject({ Kitfile: `${head}${kitfile}\n`, [path]: 'data', w: 'w' });
    for (const tag of ['first', 'second']) {
      const packed = await project.run('pack', 'project', '-t', `k:${tag}`);
      assert.equal(packed.code, 0, packed.stderr);
      const unpacked = await project.run('unpack', `k:${tag}`, '-d', tag);
      assert.equal(unpacked.code, 0, unpacked.stderr);
      assert.equal(readFileSync(join(project.path, tag, path), 'utf8'), 'data');
      renameSync(project.directory, `${project.directory}-${tag}`);
      renameSync(join(project.path, tag), project.directory);
    }
  });

test('a path that does not exist is still a kit or a URL', async () => {
  using project = createProject({ Kitfile: `${head}model: {path: "epoch:3.ckpt"}\n` });
  const kit = await project.run('pack', 'project', '-t', 'k:v1');
  assert.match(kit.stderr, /kit-not-found/);
  project.write({ Kitfile: `${head}docs: [{path: "notes: draft.md"}]\n` });
  const url = await project.run('pack', 'project', '-t', 'k:v1');
  assert.match(url.stderr, /only local paths are permitted/);
});

test('for the model, a file with the name of a kit is read as the kit, as in kit', async () => {
  using project = createProject({ Kitfile: `${head}model: {path: "net:v1"}\n`, 'net:v1': 'data' });
  const { stderr } = await project.run('pack', 'project', '-t', 'k:v1');
  assert.match(stderr, /kit-not-found/);
  assert.match(stderr, /\.\/net:v1/);
});

test('a path that begins with ./ is never a kit', async () => {
  using project = createProject({ Kitfile: `${head}model: {path: "./epoch:3.ckpt"}\n` });
  const { code, stderr } = await project.run('pack', 'project', '-t', 'k:v1');
  assert.equal(code, 2);
  assert.match(stderr, /layer-path-missing/);
});
