import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';

const snapshot = 'models--org--net/snapshots/0123456789abcdef0123456789abcdef01234567';

test('init, pack and unpack work for the path that a download from the hub prints', async () => {
  using project = createProject({ 'models--org--net/blobs/aaa': 'weights', 'models--org--net/blobs/bbb': '{}' });
  project.link('../../blobs/aaa', `${snapshot}/model.safetensors`);
  project.link('../../blobs/bbb', `${snapshot}/config.json`);
  project.link('/etc/hostname', `${snapshot}/other.json`);
  const init = await project.run('init', `project/${snapshot}`);
  assert.match(init.stdout, /path: model\.safetensors\n {2}parts:\n {4}- path: config\.json\n/);
  assert.doesNotMatch(init.stdout, /other/);
  const packed = await project.run('pack', `project/${snapshot}`, '-t', 'x:v1');
  assert.equal(packed.code, 0, packed.stderr);
  const unpacked = await project.run('unpack', 'x:v1', '-d', 'out');
  assert.equal(unpacked.code, 0, unpacked.stderr);
  assert.equal(readFileSync(join(project.path, 'out/model.safetensors'), 'utf8'), 'weights');
});
