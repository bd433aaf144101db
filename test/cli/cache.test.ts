import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';

test('cache info lists what kit left, cache clear removes it and nothing else', async () => {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\n' });
  mkdirSync(join(project.home, 'cache/pack'), { recursive: true });
  mkdirSync(join(project.home, 'cache/import'));
  writeFileSync(join(project.home, 'cache/pack/kitops_layer_1'), Buffer.alloc(3072));
  assert.equal(
    (await project.run('cache', 'info')).stdout,
    'Total size of cache directory: 3.0 KiB\nCache contents:\n  ./pack   3.0 KiB\n',
  );
  await project.run('pack', 'project', '-t', 'a:1');
  assert.equal((await project.run('cache', 'clear')).code, 0);
  assert.deepEqual(readdirSync(join(project.home, 'cache')), []);
  assert.match((await project.run('list')).stdout, /^a +1/m);
});
