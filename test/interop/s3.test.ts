import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';
import { type CliResult, runCli } from '../support/runCli.ts';
import { kit, succeed } from './peer.ts';
import { startBucket } from './startBucket.ts';

const binary = process.env['VERSITYGW'] ?? '';
const skip = binary ? false : 'versitygw is not here';
const data = Buffer.alloc(3_000_000, 'row,');

const kitfile = (etag: string, key = 'sets/train%20one.csv'): string =>
  `manifestVersion: 1.0.0\ndatasets:\n  - name: train\n    path: data/train.csv\n    remotePath: s3://data/${key}\n    remoteHash: ${etag}\n  - {name: small, path: small.csv}\n`;

const running =
  (cwd: string, home: string, env: Readonly<Record<string, string>>) =>
  (...args: readonly string[]): Promise<CliResult> =>
    runCli(['--config', home, ...args], { cwd, env });

test('a dataset at S3 is checked when a kit names it, and downloaded on request', { skip }, async () => {
  using project = createProject({ 'small.csv': 'a' });
  await using bucket = await startBucket(binary, join(project.path, 's3'));
  const etag = await bucket.put('sets/train%20one.csv', data);
  const run = running(project.path, project.home, bucket.env);
  project.write({ Kitfile: kitfile(etag) });
  const packed = succeed(await run('pack', 'project', '-t', 'x:v1'));
  assert.match(packed.stdout, /^Verified remote S3 dataset for path data\/train.csv$/m);
  const without = succeed(await run('unpack', 'x:v1', '-d', 'without'));
  assert.match(without.stderr, /remote datasets.*--include-remote/);
  assert.ok(!existsSync(join(project.path, 'without/data')));
  const full = succeed(await run('unpack', 'x:v1', '-d', 'out', '--include-remote'));
  assert.match(full.stdout, /Downloaded remote S3 dataset for path data\/train.csv/);
  assert.ok(readFileSync(join(project.path, 'out/data/train.csv')).equals(data));
  const refused = await run('unpack', 'x:v1', '-d', 'out', '--include-remote');
  assert.match(refused.stderr, /unpack-exists/);
  succeed(await run('unpack', 'x:v1', '-d', 'out', '--include-remote', '-i'));
  succeed(await run('unpack', 'x:v1', '-d', 'only', '--include-remote', '-f', 'datasets:small'));
  assert.ok(!existsSync(join(project.path, 'only/data')));
});

test('an object that was replaced is refused, by pack and by unpack', { skip }, async () => {
  using project = createProject({ 'small.csv': 'a' });
  await using bucket = await startBucket(binary, join(project.path, 's3'));
  const run = running(project.path, project.home, bucket.env);
  project.write({ Kitfile: kitfile(await bucket.put('sets/train%20one.csv', data)) });
  succeed(await run('pack', 'project', '-t', 'x:v1'));
  await bucket.put('sets/train%20one.csv', Buffer.from('new'));
  const packed = await run('pack', 'project', '-t', 'x:v2');
  assert.equal(packed.code, 4);
  assert.match(packed.stderr, /descriptor-mismatch.*ETag/);
  const unpacked = await run('unpack', 'x:v1', '-d', 'out', '--include-remote');
  assert.equal(unpacked.code, 4, unpacked.stderr);
  assert.ok(!existsSync(join(project.path, 'out/data/train.csv')));
});

test('wrong keys and missing objects are reported', { skip }, async () => {
  using project = createProject({ 'small.csv': 'a' });
  await using bucket = await startBucket(binary, join(project.path, 's3'));
  project.write({ Kitfile: kitfile(await bucket.put('sets/train%20one.csv', data)) });
  const wrong = await running(project.path, project.home, { ...bucket.env, S3_SECRET_KEY: 'nonsense' })(
    'pack',
    'project',
  );
  assert.equal(wrong.code, 3);
  assert.match(wrong.stderr, /unauthorized/);
  assert.doesNotMatch(wrong.stderr, /nonsense/);
  project.write({ Kitfile: kitfile('0'.repeat(32), 'nope') });
  const missing = await running(project.path, project.home, bucket.env)('pack', 'project');
  assert.equal(missing.code, 3);
  assert.match(missing.stderr, /remote-refused.*404/);
});

test('kit packs and unpacks the same kit', { skip }, async () => {
  using project = createProject({ 'small.csv': 'a' });
  await using bucket = await startBucket(binary, join(project.path, 's3'));
  project.write({ Kitfile: kitfile(await bucket.put('sets/train%20one.csv', data)) });
  const run = running(project.path, project.home, bucket.env);
  succeed(await run('pack', 'project', '-t', 'x:v1', '--blobs'));
  const home = join(project.path, 'kit');
  await kit(project.path, home, 'version');
  const theirs = (...args: readonly string[]) =>
    runCli(['--config', home, ...args], { cwd: project.path, env: bucket.env, command: process.env['KIT'] ?? '' });
  succeed(await theirs('pack', 'project', '-t', 'x:v1'));
  const configOf = ({ stdout }: CliResult) => JSON.parse(stdout).manifest.config.digest;
  assert.equal(configOf(succeed(await theirs('inspect', 'x:v1'))), configOf(succeed(await run('inspect', 'x:v1'))));
  succeed(await theirs('unpack', 'x:v1', '-d', 'theirs', '--include-remote'));
  const ours = running(project.path, home, bucket.env);
  succeed(await ours('unpack', 'x:v1', '-d', 'ours', '--include-remote'));
  assert.ok(
    readFileSync(join(project.path, 'ours/data/train.csv')).equals(
      readFileSync(join(project.path, 'theirs/data/train.csv')),
    ),
  );
});
