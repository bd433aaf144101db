import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createProject, digestIn } from '../support/project.ts';

const files = {
  Kitfile: 'manifestVersion: 1.0.0\nmodel:\n  path: m\ncode:\n  - path: c.py\n',
  'm/w.bin': 'w'.repeat(2048),
  'c.py': '1',
};

test('--dry-run shows the plan and writes nothing', async () => {
  using project = createProject(files);
  const shown = await project.run('pack', 'project', '--dry-run');
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(shown.stdout, /^ROLE +PATH +FILES +SIZE +MEDIA TYPE\nmodel +m +1 +2\.0 KiB +application/);
  assert.equal(existsSync(join(project.home, 'store')), false);
  const json = JSON.parse((await project.run('pack', 'project', '--dry-run', '--json')).stdout) as {
    readonly layers: readonly { readonly files: readonly { readonly path: string }[] }[];
  };
  assert.deepEqual(
    json.layers[0]?.files.map(({ path }) => path),
    ['m', 'm/w.bin'],
  );
});

test('the status of --check shows whether a pack would change something', async () => {
  using project = createProject(files);
  const check = () => project.run('pack', 'project', '-t', 'a:1', '--check');
  assert.equal((await check()).code, 5);
  await project.run('pack', 'project', '-t', 'a:1');
  assert.equal((await check()).code, 0);
  project.write({ 'c.py': '2' });
  const changed = await check();
  assert.equal(changed.code, 5);
  assert.match(changed.stdout, /^A pack would change localhost\/a:1/);
  assert.equal((await project.run('pack', 'project', '--check')).code, 2);
});

test('--push uploads the kit to its registry, with all its tags', async () => {
  using project = createProject(files);
  await using registry = await startRegistry();
  const name = `${registry.host}/team/a`;
  const packed = await project.run('pack', 'project', '-t', `${name}:1,2`, '--push', '--plain-http');
  assert.equal(packed.code, 0, packed.stderr);
  assert.deepEqual(
    [...registry.content.tags],
    [
      ['team/a 1', digestIn(packed)],
      ['team/a 2', digestIn(packed)],
    ],
  );
  const local = await project.run('pack', 'project', '-t', 'a:1', '--push');
  assert.equal(local.code, 2);
  assert.match(local.stderr, /registry is required/);
});
