import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import type { ExportRequest, OpenContext } from '@kitwright/core/plugin';
import { testContext } from '@kitwright/testkit';
import importerMlflow from './index.ts';
import { startMlflow, type TestMlflow } from './testing/startMlflow.ts';

const digest = `sha256:${'a'.repeat(64)}` as const;
const source = `oci://registry.example.com/team/net@${digest}`;

/** Exports a kit to a server. */
const exportTo = async (mlflow: TestMlflow, given: Partial<ExportRequest> = {}) => {
  await using context = testContext();
  const { capabilities } = createKitwright({ plugins: [importerMlflow()], home: context.home });
  const env = { MLFLOW_TRACKING_URI: mlflow.url };
  const own = { ...context, credentials: async () => undefined, anonymous: false, env } as unknown as OpenContext;
  const request: ExportRequest = {
    reference: 'registry.example.com/team/net:v1',
    descriptor: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1 },
    kitfile: { package: { name: 'net' } } as ExportRequest['kitfile'],
    destination: 'net',
    options: {},
    unpack: async () => assert.fail('Nothing is unpacked.'),
    ...given,
  };
  return capabilities.get('exporter', 'mlflow').export(request, own);
};

const createServer = async () => {
  const mlflow = await startMlflow({});
  mlflow.answers.set('mlflow/registered-models/create', { registered_model: { name: 'net' } });
  mlflow.answers.set('mlflow/model-versions/create', { model_version: { version: '7' } });
  mlflow.answers.set('mlflow/registered-models/alias', '{}');
  return mlflow;
};

const exists = (mlflow: TestMlflow, versions: readonly object[]) => {
  const search = new URLSearchParams({ filter: "name='net'", max_results: '200' });
  mlflow.answers.set(`mlflow/model-versions/search?${search}`, { model_versions: versions });
  mlflow.fault = ({ path }, response) =>
    path.endsWith('registered-models/create') &&
    Boolean(response.writeHead(400).end('{"error_code": "RESOURCE_ALREADY_EXISTS"}'));
};

test('a version is made whose source is the kit by its digest', async () => {
  await using mlflow = await createServer();
  assert.deepEqual(await exportTo(mlflow, { options: { alias: 'champion', 'tag.stage': 'prod' } }), [
    'Made the registered model net',
    `models:/net/7 is ${source}`,
    'models:/net@champion is version 7',
  ]);
});

test('one that points there already is left as it is', async () => {
  await using mlflow = await createServer();
  exists(mlflow, [
    { version: '2', source: 'other' },
    { version: '1', source },
  ]);
  assert.deepEqual(await exportTo(mlflow), [`models:/net/1 was already ${source}`]);
  assert.ok(!mlflow.asked.some(({ path }) => path.endsWith('model-versions/create')));
});

test('a run that is not there: refused if it was demanded, left out if the kit was imported of it', async () => {
  await using mlflow = await createServer();
  await assert.rejects(exportTo(mlflow, { options: { run: 'r9' } }), { code: 'remote-refused', message: /the run r9/ });
  const kitfile = {
    model: { path: 'm', parameters: { mlflow: { run: 'r9' } } },
  } as unknown as ExportRequest['kitfile'];
  assert.equal((await exportTo(mlflow, { kitfile })).length, 2);
});

test('what no server is asked for', async () => {
  await using mlflow = await createServer();
  for (const given of [
    ...['', ' ', 'a/b', "a'b", 'a:b', 'a"b', 'a\nb'].map((destination) => ({ destination })),
    { reference: 'team/net:v1' },
    ...[{ other: 'x' }, { 'tag.': 'x' }, { run: '../x' }].map((options) => ({ options })),
  ] as readonly Partial<ExportRequest>[])
    await assert.rejects(exportTo(mlflow, given), { code: 'usage' }, JSON.stringify(given));
  assert.deepEqual(mlflow.asked, []);
});

test('a refusal says why, and an answer without a version is not usable', async () => {
  await using mlflow = await createServer();
  mlflow.answers.set('mlflow/model-versions/create', { model_version: {} });
  await assert.rejects(exportTo(mlflow), { code: 'remote-malformed' });
  mlflow.fault = (_, response) => Boolean(response.writeHead(400).end('{"error_code": "X", "message": "too long"}'));
  await assert.rejects(exportTo(mlflow), { code: 'remote-refused', message: /too long/ });
  mlflow.fault = (_, response) => Boolean(response.writeHead(403).end('{}'));
  await assert.rejects(exportTo(mlflow), { code: 'unauthorized' });
});
