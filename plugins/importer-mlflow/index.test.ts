import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openImport } from './testing/openImport.ts';
import { root, startMlflow } from './testing/startMlflow.ts';

const MLmodel = 'artifact_path: x\nflavors:\n  python_function:\n    env: y\n  sklearn:\n    a: b\nmodel_id: m-1\n';
const files = { MLmodel, 'model.pkl': 'weights', 'a dir/ü#1?%.txt': 'odd', empty: '' };
const latin = Object.fromEntries(
  Object.entries(files).map(([path, text]) => [path, Buffer.from(text).toString('latin1')]),
);

for (const location of [
  'models:/net/1',
  'models:/net/latest',
  'models:/net@best',
  'models:/m-1',
  'runs:/r1/model',
  'mlflow:models:/net/1',
])
  test(`${location} is imported`, async () => {
    await using mlflow = await startMlflow(files);
    await using opened = openImport(mlflow);
    const source = await opened.open(location);
    assert.deepEqual(await opened.fetchAll(source), latin);
    assert.deepEqual(source.annotations, { 'mlflow.run_id': 'r1', 'mlflow.model_id': 'm-1' });
  });

test('the Kitfile and the provenance say what the server knows of the model', async () => {
  await using mlflow = await startMlflow(files);
  await using opened = openImport(mlflow);
  const { about, uri, repository, commit } = await opened.open();
  const common = { name: 'net', version: '1', description: 'A net' };
  const known = {
    run: 'r1',
    model: 'm-1',
    flavors: ['python_function', 'sklearn'],
    parameters: { lr: '0.1' },
    metrics: { gap: 'NaN', loss: 0.125 },
  };
  assert.deepEqual(about, {
    package: common,
    model: { ...common, framework: 'sklearn', parameters: { mlflow: known } },
  });
  const address = encodeURIComponent(mlflow.url);
  assert.equal(uri, `pkg:mlflow/net@1?model_uuid=m-1&repository_url=${address}&run_id=r1`);
  assert.deepEqual([repository, commit], ['mlflow/net', undefined]);
});

test('artifacts of a run that are no model, and a model whose run is deleted', async () => {
  await using mlflow = await startMlflow(files);
  mlflow.artifacts.set('1/r1/artifacts/notes/a.txt', Buffer.from('note'));
  await using opened = openImport(mlflow);
  assert.deepEqual(await opened.fetchAll(await opened.open('runs:/r1/notes')), { 'a.txt': 'note' });
  mlflow.answers.delete('mlflow/runs/get?run_id=r1');
  assert.deepEqual(await opened.fetchAll(await opened.open()), latin);
});

test('what does not exist, or is not ready, is said', async () => {
  await using mlflow = await startMlflow({});
  await using opened = openImport(mlflow);
  for (const location of ['models:/net/2', 'models:/other/latest', 'models:/net@no', 'models:/m-2', 'runs:/r2/model'])
    await assert.rejects(opened.open(location), { code: 'remote-refused', message: /does not have/ }, location);
  await assert.rejects(opened.open(), { code: 'remote-refused', message: /no artifacts/ });
  mlflow.answers.set('mlflow/model-versions/get?name=net&version=1', {
    model_version: { version: '1', status: 'PENDING_REGISTRATION' },
  });
  await assert.rejects(opened.open(), { code: 'remote-refused', message: /not ready/ });
});

test('artifacts that the server does not hand out are refused, and a login in their address is not shown', async () => {
  await using mlflow = await startMlflow(files);
  await using opened = openImport(mlflow);
  for (const [uri, place] of [
    ['s3://key:SECRET@bucket/path', /at s3:\/\/bucket/],
    ['/models/SECRET', /folder of a machine/],
    ['file:///models/SECRET', /folder of a machine/],
    ['mlflow-artifacts://elsewhere.example:80/path', /elsewhere\.example:80/],
    ['https://elsewhere.example/api/2.0/mlflow-artifacts/artifacts/x?SECRET', /elsewhere\.example/],
  ] as const) {
    mlflow.answers.set('mlflow/model-versions/get-download-uri?name=net&version=1', { artifact_uri: uri });
    await assert.rejects(opened.open(), (error: Error & { code: string }) => {
      assert.equal(error.code, 'remote-refused');
      assert.match(error.message, place);
      assert.doesNotMatch(JSON.stringify(error) + error.message, /SECRET/);
      return true;
    });
  }
});

test('locations that are none', async () => {
  await using mlflow = await startMlflow(files);
  await using opened = openImport(mlflow);
  for (const location of [
    ...['models:/', 'models:/net', 'models:/net/Production', 'models:/net/1/2', 'models:/@a', 'models:/net@'],
    ...['runs:/', 'runs:/r1/../x', 'runs:/r1//x', 'mlflow:net/1', 'models:/a:b/1'],
  ])
    await assert.rejects(opened.open(location), { code: 'usage' }, location);
  assert.deepEqual(mlflow.asked, []);
});

test('an address that is no server is refused', async () => {
  await using mlflow = await startMlflow(files);
  for (const address of ['', 'sqlite:///x.db', 'databricks', './mlruns']) {
    await using opened = openImport(mlflow, { env: { MLFLOW_TRACKING_URI: address } });
    await assert.rejects(opened.open(), { code: 'usage', message: /MLFLOW_TRACKING_URI/ });
  }
  await using wrong = openImport(mlflow, { env: { MLFLOW_TRACKING_URI: `${mlflow.url}/other` } });
  mlflow.fault = (_, response) => Boolean(response.writeHead(404).end('<html>'));
  await assert.rejects(wrong.open(), { code: 'remote-refused', message: /does not know the API/ });
});

test('each way to log in', async () => {
  const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`;
  const user = { MLFLOW_TRACKING_USERNAME: 'ann', MLFLOW_TRACKING_PASSWORD: 'pw' };
  const stored = { credentials: async () => ({ username: 'bob', password: 'own' }) };
  for (const [given, token, expected] of [
    [{ env: { ...user, MLFLOW_TRACKING_TOKEN: 'tok' } }, undefined, basic('ann:pw')],
    [{ env: { MLFLOW_TRACKING_TOKEN: 'tok' }, ...stored }, undefined, 'Bearer tok'],
    [{ env: user }, 'flag', 'Bearer flag'],
    [stored, undefined, basic('bob:own')],
    [{}, undefined, undefined],
  ] as const) {
    await using mlflow = await startMlflow(files);
    await using opened = openImport(mlflow, given);
    const source = await opened.open(undefined, token);
    await opened.fetchAll(source);
    assert.deepEqual([...new Set(mlflow.asked.map(({ headers }) => headers.authorization))], [expected]);
  }
});

test('a wrong login is one sentence with a hint', async () => {
  await using mlflow = await startMlflow(files);
  mlflow.fault = (_, response) => Boolean(response.writeHead(401).end('no SECRET'));
  await using opened = openImport(mlflow, { env: { MLFLOW_TRACKING_TOKEN: 'SECRET' } });
  await assert.rejects(opened.open(), (error: Error & { code: string; hint: string }) => {
    assert.equal(error.code, 'unauthorized');
    assert.match(error.hint, /MLFLOW_TRACKING_TOKEN/);
    assert.doesNotMatch(JSON.stringify(error) + error.message, /SECRET/);
    return true;
  });
});

const list = `mlflow-artifacts/artifacts?path=${encodeURIComponent(root)}`;
for (const [what, answer, code] of [
  ['a path out of the folder', { files: [{ path: '..', is_dir: true }] }, 'unpack-refused'],
  ['a path with folders', { files: [{ path: 'a/../../b', file_size: 1 }] }, 'remote-malformed'],
  ['an absolute path', { files: [{ path: '/etc/passwd', file_size: 1 }] }, 'remote-malformed'],
  ['no name', { files: [{ path: '', file_size: 1 }] }, 'unpack-refused'],
  [
    'the same name twice',
    {
      files: [
        { path: 'a', file_size: 1 },
        { path: 'a', file_size: 1 },
      ],
    },
    'remote-malformed',
  ],
  ['a negative size', { files: [{ path: 'a', file_size: -1 }] }, 'remote-malformed'],
  ['no size', { files: [{ path: 'a' }] }, 'remote-malformed'],
  ['no JSON', '<html>', 'remote-malformed'],
  ['an answer without end', `{"files": "${'x'.repeat(17 * 1024 * 1024)}"}`, 'remote-malformed'],
] as const)
  test(`refused: ${what}`, async () => {
    await using mlflow = await startMlflow(files);
    mlflow.answers.set(list, answer);
    await using opened = openImport(mlflow);
    await assert.rejects(opened.open(), { code });
  });

test('folders without end are refused', async () => {
  await using mlflow = await startMlflow(files);
  mlflow.fault = ({ path }, response) =>
    path.includes('artifacts?path=') && Boolean(response.end('{"files": [{"path": "a", "is_dir": true}]}'));
  await using opened = openImport(mlflow);
  await assert.rejects(opened.open(), { code: 'unpack-refused' });
});

test('the name of a folder that is sent once is not kept for each of a million files', async () => {
  await using mlflow = await startMlflow(files);
  const names = JSON.stringify({ files: Array.from({ length: 50_000 }, (_, at) => ({ path: `${at}`, file_size: 1 })) });
  const folder = JSON.stringify({ files: [{ path: 'd'.repeat(4000), is_dir: true }] });
  mlflow.fault = ({ path }, response) =>
    path.includes('artifacts?path=') && Boolean(response.end(path.includes('ddd') ? names : folder));
  await using opened = openImport(mlflow);
  await assert.rejects(opened.open(), { code: 'remote-malformed', message: /too long together/ });
});
