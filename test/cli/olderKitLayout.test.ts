import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';

const files = { Kitfile: 'manifestVersion: 1.0.0\ncode:\n  - path: c.py\n', 'c.py': 'print(1)\n' };

test('kits in the layout of older versions of kit, a folder for each repository, are listed and unpacked', async () => {
  using project = createProject(files);
  await project.run('pack', 'project', '-t', 'a:v1');
  for (const repository of ['localhost/team/old', 'registry.example/deep/er/name'])
    await project.run('copy', 'a:v1', `oci:${join(project.home, 'storage', repository)}:v1`);
  await project.run('remove', '--all', '--force');
  const { stdout } = await project.run('list');
  assert.match(stdout, /^team\/old +v1 /m);
  assert.match(stdout, /^registry\.example\/deep\/er\/name +v1 /m);
  const { code, stderr } = await project.run('unpack', 'team/old:v1', '-d', 'out');
  assert.equal(code, 0, stderr);
  assert.equal(readFileSync(join(project.path, 'out', 'c.py'), 'utf8'), 'print(1)\n');
});
