import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject } from '../support/project.ts';
import { runHosted } from '../support/runHosted.ts';

const kitfile = 'manifestVersion: 1.0.0\ncode: [{path: .}]\n';

/** A directory of a stranger whose config names kits, beside the files of the user. */
function createStrange(kit: object) {
  const project = createProject({
    K: kitfile,
    Kitfile: kitfile,
    'kitwright.config.json': JSON.stringify({ kits: { m: kit } }),
  });
  addFiles(project.path, { 'mine/secret': 'key' });
  symlinkSync('../mine', join(project.directory, 'link'));
  const run = (...args: readonly string[]) =>
    runHosted(['--config', project.home, ...args], { cwd: project.directory });
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
