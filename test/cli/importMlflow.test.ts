import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startMlflow } from '../../plugins/importer-mlflow/testing/startMlflow.ts';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject } from '../support/project.ts';
import { projectRoot } from '../support/trackedFiles.ts';

const plugin = join(projectRoot, 'plugins/importer-mlflow/dist/index.js');

test('a model of MLflow becomes a kit that says where it comes from', async () => {
  await using mlflow = await startMlflow({ MLmodel: 'flavors:\n  sklearn:\n    a: b\n', 'notes.xyz': 'weights' });
  using project = createProject({}, { MLFLOW_TRACKING_URI: mlflow.url });
  addFiles(project.home, { 'config.json': JSON.stringify({ plugins: [plugin] }) });
  const predicate = join(project.path, 'predicate.json');
  const imported = await project.run('--json', 'import', 'models:/net@best', '--attestation-output', predicate);
  assert.equal(imported.code, 0, imported.stderr);
  assert.equal(JSON.parse(imported.stdout).commit, null);
  const { source } = JSON.parse(readFileSync(predicate, 'utf8')).buildDefinition.externalParameters;
  assert.match(source.uri, /^pkg:mlflow\/net@1\?/);
  assert.deepEqual(source.annotations, { 'mlflow.run_id': 'r1', 'mlflow.model_id': 'm-1' });
  assert.equal(source.digest, undefined);
  const info = await project.run('info', 'mlflow/net:latest');
  assert.match(info.stdout, /framework: sklearn/);
  assert.match(info.stdout, /loss: 0\.125/);
  assert.doesNotMatch(info.stdout, /authors/);
});

test('an unknown tool names those that there are', async () => {
  using project = createProject({});
  addFiles(project.home, { 'config.json': JSON.stringify({ plugins: [plugin] }) });
  const { code, stderr } = await project.run('import', 'owner/name', '--tool', 'none');
  assert.notEqual(code, 0);
  assert.match(stderr, /there are: hf, git, mlflow/);
});
