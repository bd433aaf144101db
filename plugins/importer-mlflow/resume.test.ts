import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openImport } from './testing/openImport.ts';
import { type Asked, startMlflow, type TestMlflow } from './testing/startMlflow.ts';

const big = Buffer.alloc(300_000, 'weights').toString('latin1');
const isDownload = ({ path }: Asked) => path.endsWith('/model.bin');
const rangesIn = ({ asked }: TestMlflow) => asked.filter(isDownload).map(({ headers }) => headers.range);

/** Cuts the connection once a part of the file has come, and if `always`, each answer after it. The result is told of what comes. */
function cut(mlflow: TestMlflow, always: boolean): (done: number) => void {
  let isCut = false;
  let drop = (): void => undefined;
  mlflow.fault = (asked, response) => {
    if (!isDownload(asked) || (isCut && !always)) return false;
    isCut = true;
    const etag = `"300000-${Buffer.from(big).subarray(0, 8).toString('hex')}"`;
    if (asked.headers.range) return Boolean(response.destroy());
    response.writeHead(200, { etag, 'content-length': big.length });
    response.write(big.slice(0, 10_000));
    drop = () => void response.destroy();
    return true;
  };
  return (done) => {
    if (done > 0) drop();
  };
}

test('a download goes on after a cut', async () => {
  await using mlflow = await startMlflow({ 'model.bin': big });
  await using opened = openImport(mlflow);
  const onBytes = cut(mlflow, false);
  assert.deepEqual(await opened.fetchAll(await opened.open(), onBytes), { 'model.bin': big });
  const [first, second] = rangesIn(mlflow);
  assert.equal(first, undefined);
  assert.match(second ?? '', /^bytes=[1-9]\d*-$/);
});

test('the next import goes on with what is there, and keeps whole files', async () => {
  await using mlflow = await startMlflow({ 'a.txt': 'small', 'model.bin': big });
  await using opened = openImport(mlflow);
  const onBytes = cut(mlflow, true);
  await assert.rejects(opened.fetchAll(await opened.open(), onBytes), { code: 'network-failed' });
  mlflow.fault = () => false;
  const before = mlflow.asked.length;
  assert.deepEqual(await opened.fetchAll(await opened.open()), { 'a.txt': 'small', 'model.bin': big });
  const later = mlflow.asked.slice(before).filter(({ path }) => path.includes('/artifacts/'));
  assert.deepEqual(
    later.map(({ path }) => path.split('/').at(-1)),
    ['model.bin'],
  );
  assert.match(later[0]?.headers.range ?? '', /^bytes=[1-9]\d*-$/);
});

test('a file that was replaced meanwhile is downloaded from its beginning', async () => {
  await using mlflow = await startMlflow({ 'model.bin': big });
  await using opened = openImport(mlflow);
  const onBytes = cut(mlflow, true);
  await assert.rejects(opened.fetchAll(await opened.open(), onBytes), { code: 'network-failed' });
  mlflow.fault = () => false;
  const other = Buffer.alloc(300_000, 'OTHERS').toString('latin1');
  for (const path of mlflow.artifacts.keys()) mlflow.artifacts.set(path, Buffer.from(other));
  assert.deepEqual(await opened.fetchAll(await opened.open()), { 'model.bin': other });
});

test('files of another server are not taken for those of this one', async () => {
  await using other = await startMlflow({ 'model.bin': 'evil' });
  await using mlflow = await startMlflow({ 'model.bin': 'good' });
  await using opened = openImport(other);
  await opened.fetchAll(await opened.open());
  const source = await opened.open('models:/net/1', undefined, mlflow);
  assert.deepEqual(await opened.fetchAll(source), { 'model.bin': 'good' });
});

test('more bytes than were listed are refused', async () => {
  await using mlflow = await startMlflow({ 'model.bin': big });
  await using opened = openImport(mlflow);
  const source = await opened.open();
  mlflow.fault = (asked, response) => isDownload(asked) && Boolean(response.end(`${big}more`));
  await assert.rejects(opened.fetchAll(source), { code: 'remote-malformed' });
});

test('Ctrl-C ends it', async () => {
  await using mlflow = await startMlflow({ 'model.bin': big });
  await using opened = openImport(mlflow);
  const source = await opened.open();
  mlflow.fault = (asked) => {
    if (isDownload(asked)) opened.abort(new Error('stopped'));
    return isDownload(asked);
  };
  await assert.rejects(opened.fetchAll(source), /stopped/);
});

test('the login is not sent to a host to which the server redirects', async () => {
  await using mlflow = await startMlflow({ 'model.bin': 'own' });
  await using other = await startMlflow({});
  other.fault = (_, response) => Boolean(response.end('own'));
  await using opened = openImport(mlflow, { env: { MLFLOW_TRACKING_TOKEN: 'SECRET' } });
  const source = await opened.open();
  mlflow.fault = (asked, response) =>
    isDownload(asked) && Boolean(response.writeHead(302, { location: `${other.url}/x` }).end());
  assert.deepEqual(await opened.fetchAll(source), { 'model.bin': 'own' });
  assert.deepEqual(
    other.asked.map(({ headers }) => headers.authorization),
    [undefined],
  );
});
