import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';

const kitfile = 'manifestVersion: 1.0.0\ncode: [{path: .}]\n';

/** A directory of a stranger whose config names kits, beside the files of the user. */
function createStrange(kit: object, env: Readonly<Record<string, string>> = {}) {
  const project = createProject({
    K: kitfile,
    Kitfile: kitfile,
    'kitwright.config.json': JSON.stringify({ kits: { m: kit } }),
  });
  addFiles(project.path, { 'mine/secret': 'key' });
  symlinkSync('../mine', join(project.directory, 'link'));
  const run = (...args: readonly string[]) =>
    runCli(['--config', project.home, ...args], { cwd: project.directory, env });
  return { run, [Symbol.dispose]: () => project[Symbol.dispose]() };
}

for (const kit of [
  { directory: '../mine', file: '../project/K', tag: 'm:v1' },
  { directory: 'link', tag: 'm:v1' },
  { directory: '.', file: '../mine/secret', tag: 'm:v1' },
])
  test(`an untrusted config packs nothing outside of its directory: ${JSON.stringify(kit)}`, async () => {
    using strange = createStrange(kit);
    const { code, stderr } = await strange.run('pack', '--all');
    assert.notEqual(code, 0);
    assert.match(stderr, /config-untrusted: The config packs ".*", which lies elsewhere/);
  });

test('an untrusted config does not say where a push goes; a typed tag does', async () => {
  await using registry = await startRegistry();
  using strange = createStrange({ tag: `${registry.host}/evil/x:v1` }, { KITWRIGHT_PLAIN_HTTP: '1' });
  for (const args of [
    ['pack', '--all', '--push'],
    ['pack', '.', '--push'],
  ]) {
    const { code, stderr } = await strange.run(...args);
    assert.notEqual(code, 0);
    assert.match(stderr, /config-untrusted: The config pushes kits to "/);
  }
  assert.equal(registry.requests.length, 0);
  const typed = await strange.run('pack', '.', '--push', '-t', `${registry.host}/mine/x:v1`);
  assert.equal(typed.code, 0, typed.stderr);
  const trusted = await strange.run('--trust', 'pack', '.', '--push');
  assert.equal(trusted.code, 0, trusted.stderr);
});
