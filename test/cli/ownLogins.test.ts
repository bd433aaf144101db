import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject } from '../support/project.ts';
import { runHosted } from '../support/runHosted.ts';

/** Names of what a kit holds that is packed with the root of the data at this path of its directory. */
async function packedWith(root: string) {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: .}]\n', a: '1' });
  const home = join(project.directory, root);
  addFiles(home, { 'credentials.json': '{"auths": {"registry.example.com": {"auth": "YW5uOnMzY3JldA=="}}}' });
  const run = (...args: readonly string[]) => runHosted(['--config', home, ...args], { cwd: project.directory });
  for (const args of [
    ['pack', '.', '-t', 'x:v1'],
    ['unpack', 'x:v1', '-d', join(project.path, 'out')],
  ]) {
    const { code, stderr } = await run(...args);
    assert.equal(code, 0, stderr);
  }
  return readdirSync(join(project.path, 'out'), { recursive: true, encoding: 'utf8' });
}

test('a root of the data in the packed directory is in no kit, with the logins of the user in it', async () => {
  assert.deepEqual((await packedWith('.kitwright')).sort(), ['Kitfile', 'a']);
});

test('nor are the logins where the packed directory is that root', async () => {
  const names = await packedWith('.');
  assert.ok(names.includes('a'));
  assert.ok(!names.some((name) => name.includes('credentials.json') || name.startsWith('store')));
});
