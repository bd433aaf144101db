import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createProject } from '../support/project.ts';

const kitfile =
  'manifestVersion: 1.0.0\nmodel: {path: weights.bin}\ncode: [{path: train.py}]\nprompts: [{path: helper}]\n';
const files = {
  Kitfile: kitfile,
  'weights.bin': 'w'.repeat(300_000),
  'train.py': 'print(1)\n',
  'helper/SKILL.md': `---\nname: helper\ndescription: Helps\n---\n${'Help. '.repeat(60_000)}\n`,
};

test('layers that the store only refers to come from the registry once their files are gone', async () => {
  await using registry = await startRegistry();
  using project = createProject(files);
  const kit = `${registry.host}/team/model:v1`;
  const packed = await project.run('pack', 'project', '-t', kit, '--push', '--capture', 'reference');
  assert.equal(packed.code, 0, packed.stderr);
  assert.equal((await project.run('push', kit, kit.replace('v1', 'v0'))).code, 0);
  rmSync(join(project.path, 'project'), { recursive: true });

  const unpacked = await project.run('unpack', kit, '-d', 'out');
  assert.equal(unpacked.code, 0, unpacked.stderr);
  assert.equal(readFileSync(join(project.path, 'out', 'weights.bin'), 'utf8'), 'w'.repeat(300_000));

  const image = await project.run('image', kit, '-t', `${kit}-image`);
  assert.equal(image.code, 0, image.stderr);

  project.write({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: weights.bin}\n', 'weights.bin': 'other' });
  await project.run('pack', 'project', '-t', 'other:v1');
  const compared = await project.run('diff', kit, 'other:v1', '--files');
  assert.equal(compared.code, 0, compared.stderr);
  assert.match(compared.stdout, /^~ weights\.bin$/m);

  const skill = await project.run('unpack', kit, '--as-skill=codex', '-d', 'skills', '--yes');
  assert.equal(skill.code, 0, skill.stderr);
});
