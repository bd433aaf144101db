import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';

test('parallel packs, tags and removes in one store lose nothing', async () => {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n', 'a/x': '1' });
  await project.run('pack', 'project', '-t', 'base:v1');
  const dirs = Array.from({ length: 4 }, (_, i) => `p${i}`);
  for (const dir of dirs)
    project.write({
      [`../${dir}/Kitfile`]: 'manifestVersion: 1.0.0\nmodel: {path: m}\n',
      [`../${dir}/m`]: Buffer.alloc(400_000, dir),
    });
  const results = await Promise.all([
    ...dirs.map((dir) => project.run('pack', dir, '-t', `${dir}:v1`)),
    ...dirs.map((dir) => project.run('tag', 'base:v1', `base:${dir}`)),
    project.run('store', 'gc'),
  ]);
  assert.deepEqual(
    results.map(({ code, stderr }) => [code, stderr]),
    results.map(() => [0, '']),
  );
  const removed = await Promise.all(dirs.map((dir) => project.run('remove', `base:${dir}`)));
  assert.deepEqual(
    removed.map(({ code }) => code),
    [0, 0, 0, 0],
  );
  const { stdout } = await project.run('list', '--format', '{{.Repo}} {{.Tags}}');
  assert.deepEqual(stdout.trim().split('\n').sort(), ['base [v1]', ...dirs.map((dir) => `${dir} [v1]`)]);
  assert.match((await project.run('store', 'check')).stdout, /all whole/);
  assert.deepEqual(readdirSync(join(project.store, 'tmp')), []);
});
