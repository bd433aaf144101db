import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject } from '../support/project.ts';
import { runHosted } from '../support/runHosted.ts';

/** Restores a kit of a training into a directory that has these files. */
async function restoreBeside(files: Readonly<Record<string, string>>, ...flags: readonly string[]) {
  using project = createProject({
    Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: out}\n',
    'out/checkpoint-5/model.safetensors': 'weights',
  });
  const run = (...args: readonly string[]) =>
    runHosted(['--json', '--config', project.home, ...args], { cwd: project.path });
  assert.equal((await run('pack', 'project', '-t', 'run:v1')).code, 0);
  addFiles(project.path, Object.fromEntries(Object.entries(files).map(([name, text]) => [`new/${name}`, text])));
  const { code, stdout, stderr } = await run('restore', 'run:v1', '-d', 'new', ...flags);
  assert.equal(code, 0, stderr);
  return { ...(JSON.parse(stdout) as { readonly checkpoint: string | null }), stderr };
}

const own = join('new', 'out', 'checkpoint-5');

for (const name of [
  'out/checkpoint-99/optimizer.pt',
  'out/checkpoint-05/optimizer.pt',
  'out/a/checkpoint-5/optimizer.pt',
])
  test(`a training resumes from no checkpoint that was there before: ${name}`, async () => {
    assert.equal((await restoreBeside({ [name]: 'pickle' })).checkpoint, own);
  });

test('nor from one of the kit in which other files lie', async () => {
  const { checkpoint, stderr } = await restoreBeside({ 'out/checkpoint-5/optimizer.pt': 'pickle' });
  assert.equal(checkpoint, null);
  assert.match(stderr, /Do not resume from .*checkpoint-5: .*optimizer\.pt is not of the kit, and was there before/);
});

test('files that it replaces are of the kit', async () => {
  const { checkpoint } = await restoreBeside({ 'out/checkpoint-5/model.safetensors': 'old' }, '-o');
  assert.equal(checkpoint, own);
});
