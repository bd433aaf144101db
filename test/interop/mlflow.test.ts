import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startRegistry } from '@kitwright/testkit';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject, type Project } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { projectRoot } from '../support/trackedFiles.ts';
import { succeed } from './peer.ts';
import { freePort, startServer } from './startServer.ts';

const { MLFLOW: python = '' } = process.env;
const skip = python ? false : 'MLflow is not here';
const script = fileURLToPath(new URL('logModel.py', import.meta.url));
const plugin = join(projectRoot, 'plugins/importer-mlflow/dist/index.js');

describe('models of a real MLflow', { skip }, () => {
  const cleanup = new AsyncDisposableStack();
  let [url, run, id, artifacts] = ['', '', '', ''];
  before(async () => {
    const folder = cleanup.use(temporaryFolder());
    const port = await freePort();
    artifacts = join(folder.path, 'artifacts');
    url = `http://127.0.0.1:${port}`;
    const store = ['--backend-store-uri', `sqlite:///${folder.path}/db`, '--artifacts-destination', artifacts];
    const args = ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1', ...store];
    cleanup.use(await startServer(python, args, port, { MLFLOW_DISABLE_TELEMETRY: 'true' }));
    const env = { ...process.env, MLFLOW_TRACKING_URI: url, NO_PROXY: '*', MLFLOW_DISABLE_TELEMETRY: 'true' };
    const said = execFileSync(python, [script, folder.path], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    [, run = '', id = ''] = /^([0-9a-f]{32}) (m-\w+)$/m.exec(said) ?? [];
    assert.ok(run && id, said);
  });
  after(() => cleanup.disposeAsync());

  /** A user who has the plugin. */
  const createUser = () => {
    const project = createProject({});
    addFiles(project.home, { 'config.json': JSON.stringify({ plugins: [plugin] }) });
    const start = async (...args: readonly string[]) =>
      succeed(
        await runCli(['--config', project.home, ...args], {
          cwd: project.path,
          env: { MLFLOW_TRACKING_URI: url, CI: '1' },
        }),
      ).stdout;
    return { project, start };
  };

  for (const [what, location] of [
    ['a version', () => 'models:/A Net/1'],
    ['the latest version', () => 'models:/A Net/latest'],
    ['an alias', () => 'mlflow:models:/A Net@best'],
    ['a logged model', () => `models:/${id}`],
    ['the model of a run', () => `runs:/${run}/model`],
  ] as const)
    test(`${what} becomes a kit with equal files`, async () => {
      const { project, start } = createUser();
      using _: Project = project;
      await start('import', location(), '-t', 'net:v1');
      await start('unpack', 'net:v1', '-d', 'out');
      const { Kitfile, ...files } = filesBelow(join(project.path, 'out'));
      const [experiment = ''] = readdirSync(artifacts).filter((name) => /^\d+$/.test(name));
      assert.deepEqual(files, filesBelow(join(artifacts, experiment, 'models', id, 'artifacts')));
      assert.match(String(Kitfile), new RegExp(`run: ${run}`));
      assert.match(String(Kitfile), /python_function.*loss: 0\.125.*lr: "0\.1"/s);
    });

  test('a kit becomes a version of a registered model that MLflow reads: its digest, tags, run and alias', async () => {
    await using registry = await startRegistry();
    const { project, start } = createUser();
    using _: Project = project;
    const kit = `${registry.host}/team/net:v1`;
    await start('import', 'models:/A Net/1', '-t', kit);
    await start('push', kit);
    const { digest } = JSON.parse(await start('inspect', '-r', kit));
    const options = ['--to', 'mlflow', '--option', 'alias=kit', '--option', 'tag.stage=prod'];
    const source = `oci://${registry.host}/team/net@${digest}`;
    assert.match(await start('export', kit, 'Kits of team', ...options), /models:\/Kits of team\/1 is oci:/);
    assert.match(await start('export', kit, 'Kits of team', ...options), /models:\/Kits of team\/1 was already oci:/);
    assert.match(
      await start('export', kit, 'A Net', ...options, '--option', `run=${run}`),
      /models:\/A Net\/2 is oci:/,
    );
    const asked = `import json, mlflow; c = mlflow.MlflowClient()
for n in ("Kits of team", "A Net"):
    v = c.get_model_version_by_alias(n, "kit"); print(json.dumps([v.version, v.source, v.run_id, v.run_link, v.tags]))`;
    const env = { ...process.env, MLFLOW_TRACKING_URI: url, NO_PROXY: '*', MLFLOW_DISABLE_TELEMETRY: 'true' };
    const said = execFileSync(python, ['-c', asked], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const versions = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      versions.map(([version]) => String(version)),
      ['1', '2'],
    );
    for (const [, from, ofRun, link, tags] of versions) {
      assert.deepEqual([from, ofRun], [source, run]);
      assert.match(link, new RegExp(`^${url}/#/experiments/\\d+/runs/${run}$`));
      assert.equal(tags['kit.digest'], digest);
      assert.equal(tags['kit.reference'], kit);
      assert.equal(tags['stage'], 'prod');
    }
  });

  test('artifacts of a run that are no model, and the provenance', async () => {
    const { project, start } = createUser();
    using _: Project = project;
    const said = await start('import', `runs:/${run}/notes`, '-t', 'notes:v1', '--attestation-output', '-');
    const { source } = JSON.parse(said).buildDefinition.externalParameters;
    assert.deepEqual(source.annotations, { 'mlflow.run_id': run });
    assert.match(source.uri, new RegExp(`^pkg:mlflow/notes\\?.*run_id=${run}$`));
    await start('unpack', 'notes:v1', '-d', 'out');
    assert.equal(readFileSync(join(project.path, 'out/a file.txt'), 'utf8'), 'note');
  });
});

function filesBelow(directory: string): Readonly<Record<string, string>> {
  mkdirSync(directory, { recursive: true });
  const paths = (readdirSync(directory, { recursive: true }) as string[]).filter((path) =>
    statSync(join(directory, path)).isFile(),
  );
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(directory, path), 'latin1')]));
}
