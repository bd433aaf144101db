import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { startHub } from '../../plugins/target-huggingface/testing/startHub.ts';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject, digestIn } from '../support/project.ts';
import { projectRoot } from '../support/trackedFiles.ts';

const Kitfile = 'manifestVersion: 1.0.0\nmodel: {path: model.bin}\ndocs: [{path: README.md}]\n';
const weights = Buffer.alloc(300_000, 'weights');
const plugin = join(projectRoot, 'plugins/target-huggingface/dist/index.js');

test('export --to huggingface puts a kit into a repository, and a second time sends nothing', async () => {
  await using hub = await startHub({ token: 'SECRET' });
  using project = createProject(
    { Kitfile, 'model.bin': weights, 'README.md': '# Net\n' },
    { HF_ENDPOINT: hub.url, HF_TOKEN: 'SECRET' },
  );
  addFiles(project.home, { 'config.json': JSON.stringify({ plugins: [plugin] }) });
  const digest = digestIn(await project.run('pack', 'project', '-t', 'm:v1'));
  const exportIt = () => project.run('-vv', 'export', 'm:v1', 'org/net', '--to', 'huggingface');
  const first = await exportIt();
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /Exported localhost\/m:v1 to org\/net\nMade the repository/);
  assert.equal(hub.commits[0]?.[0]?.value['description'], `ModelKit ${digest}`);
  const files = hub.filesOf('models/org/net');
  assert.deepEqual([...(files?.keys() ?? [])].sort(), ['Kitfile', 'README.md', 'model.bin']);
  assert.deepEqual(files?.get('model.bin'), weights);
  const second = await exportIt();
  assert.match(second.stdout, /All 3 files are there already/);
  assert.equal(hub.commits.length, 1);
  for (const { stdout, stderr } of [first, second]) assert.doesNotMatch(stdout + stderr, /SECRET|SIGNED/);
});
