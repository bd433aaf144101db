import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';
import { runHosted } from '../support/runHosted.ts';

const files = { Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m.gguf}\n', 'm.gguf': 'weights' };

test('where new files are for everybody, no command leaves data that the next one does not trust', async () => {
  using project = createProject(files);
  const run = (...args: readonly string[]) =>
    runHosted(['--config', project.home, ...args], { cwd: project.path, umask: 0 });
  for (const args of [
    ['pack', 'project', '-t', 'x:v1', '--attest'],
    ['unpack', 'x:v1', '-d', 'out'],
    ['save', 'x:v1', '-o', 'x.tar'],
    ['load', 'x.tar'],
    ['resolve', 'x:v1'],
    ['resolve', 'x:v1', '--into', 'shared'],
    ['resolve', 'x:v1', '--into', 'shared'],
    ['watch', 'project', '-t', 'y:v1', '--', 'true'],
    ['version', '--show-update-notifications=false'],
    ['list'],
  ]) {
    const { code, stderr } = await run(...args);
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
  }
  const variables = { MODELKIT_REF: 'x:v1', UNPACK_PATH: 'volume' };
  const options = { cwd: project.path, umask: 0, env: variables };
  assert.equal((await runHosted(['--config', project.home, 'init-container'], options)).code, 0);
  for (const name of ['volume', 'volume/.kitwright'])
    assert.equal(statSync(join(project.path, name)).mode & 0o022, 0, name);
  for (const folder of [project.home, join(project.home, 'store'), join(project.path, 'shared')])
    for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o022, 0, name);
  for (const folder of [join(project.home, 'resolved'), join(project.path, 'shared')])
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
      assert.equal(statSync(join(folder, name)).mode & 0o022, 0, name);
});
