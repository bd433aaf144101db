import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { commandFolder } from '../support/commandFolder.ts';
import { guideLines } from '../support/guideLines.ts';
import { createProject } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';

it('the first lines of the guide work as they are, and see a change', async () => {
  await using registry = await startRegistry();
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n', 'net.bin': 'weights' });
  const lines = guideLines('ci');
  assert.equal(lines.trim().split('\n').length, 10);
  const env = {
    KIT: `${registry.host}/team/net`,
    TAG: 'v1',
    COSIGN_PASSWORD: '',
    KITWRIGHT_HOME: project.home,
    PATH: commandFolder(project.path),
  };
  const sh = (script: string) => runCli(['-ec', script], { cwd: project.directory, command: 'sh', env });
  assert.equal((await sh('kitwright generate-key-pair')).code, 0);
  const done = await sh(lines);
  assert.equal(done.code, 0, done.stderr);
  assert.equal(readFileSync(join(project.directory, 'model', 'net.bin'), 'utf8'), 'weights');
  project.write({ 'net.bin': 'other weights' });
  assert.equal((await sh(lines.trim().split('\n').at(-1) ?? '')).code, 5);
});
