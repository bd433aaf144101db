import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject } from '../support/project.ts';
import { runHosted } from '../support/runHosted.ts';

/** A directory of a stranger with links to the files of the user beside it. */
async function createStrange() {
  const project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n', a: '1', real: '{}' });
  addFiles(project.path, {
    'mine/key': '{"secret": 1}',
    'mine/Kitfile': 'manifestVersion: 1.0.0\ncode: [{path: key}]\n',
  });
  const at = (name: string) => join(project.directory, name);
  symlinkSync('../mine/key', at('sbom.json'));
  symlinkSync('../mine', at('model'));
  symlinkSync('real', at('inner'));
  const run = (...args: readonly string[]) =>
    runHosted(['--config', project.home, ...args], { cwd: project.directory, env: { COSIGN_PASSWORD: '' } });
  for (const args of [['pack', '.', '-t', 'x:v1'], ['generate-key-pair']]) assert.equal((await run(...args)).code, 0);
  return { project, run, [Symbol.dispose]: () => project[Symbol.dispose]() };
}

const commands = (file: string) => [
  ['attach', 'x:v1', `${file}:application/json`, '--artifact-type', 'application/x.a'],
  ['amend', 'x:v1', '--file', `${file}=README.md`, '-t', 'x:v2'],
  ['attest', 'x:v1', '--key', 'cosign.key', '--predicate', file],
];

test('no command sends a file of the user under the name of a link in the directory', async () => {
  using strange = await createStrange();
  for (const command of [...commands('sbom.json'), ...commands('model/key')]) {
    const { code, stderr } = await strange.run(...command);
    assert.equal(code, 2, command.join(' '));
    assert.match(stderr, /layer-path-outside: .* leads over a link to .*mine.key, which lies elsewhere/);
    assert.match(stderr, /hint: If it is meant, name it as it is: /);
  }
  assert.match((await strange.run('--json', 'discover', 'x:v1')).stdout, /"referrers":\[\]/);
});

test('links within the directory, and files that are named as they are, are sent', async () => {
  using strange = await createStrange();
  for (const file of ['inner', '../mine/key'])
    for (const command of commands(file)) {
      const { code, stderr } = await strange.run(...command);
      assert.equal(code, 0, stderr);
    }
});

test('a directory that a link names is told, and not packed with --strict', async () => {
  using strange = await createStrange();
  const told = await strange.run('pack', 'model');
  assert.equal(told.code, 0);
  assert.match(
    told.stderr,
    /\[WARN \] model leads over a link to .*mine, which lies elsewhere. What is there is packed/,
  );
  const refused = await strange.run('pack', 'model', '--strict');
  assert.match(refused.stderr, /layer-path-outside/);
  assert.equal(refused.code, 2);
});
