import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Hub, startHub } from '../../plugins/huggingface/testing/startHub.ts';
import { runHosted } from '../support/runHosted.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const license = 'MIT License\n\nCopyright (c) 2026 Ann\n\nPermission is hereby granted';
const files = {
  'model.safetensors': Buffer.alloc(5000, 'weights '),
  'config.json': '{}',
  'data/train.csv': 'a,b\n',
  'notes/other.bin': 'x',
  LICENSE: license,
};

const command =
  (hub: Hub, cwd: string) =>
  (...args: readonly string[]) =>
    runHosted(['--config', join(cwd, 'home'), ...args], { cwd, env: { HF_ENDPOINT: hub.url, CI: 'true' } });

test('a repository becomes a kit under its own name', async () => {
  await using hub = await startHub({ repository: 'Org/Net', files });
  using folder = temporaryFolder();
  const run = command(hub, folder.path);
  const { code, stdout, stderr } = await run('import', 'Org/Net');
  assert.equal(code, 0, stderr);
  assert.match(
    stdout,
    /^Using tag org\/net:latest\. Use flag --tag to override\nPacking model to org\/net:latest\nModel is packed as org\/net:latest\n$/,
  );
  assert.match(stderr, /Generated Kitfile:\n\nmanifestVersion: 1.0.0\npackage:\n {2}name: Net\n {2}authors: \[Org\]/);
  assert.equal((await run('unpack', 'org/net:latest', '-d', 'out')).code, 0);
  for (const [path, content] of Object.entries(files))
    assert.equal(readFileSync(join(folder.path, 'out', path), 'utf8'), content.toString(), path);
  assert.deepEqual(readdirSync(join(folder.path, 'home/cache/import')), [], 'nothing is left behind');
});

test('with a Kitfile only its files are downloaded; a missing path is noticed before', async () => {
  await using hub = await startHub({ files });
  using folder = temporaryFolder();
  const run = command(hub, folder.path);
  const kitfile = join(folder.path, 'mine.yaml');
  writeFileSync(kitfile, 'manifestVersion: 1.0.0\ndatasets: [{path: data/}, {path: nope}]\n');
  const refused = await run('import', 'org/net', '-f', kitfile, '-t', 'x:v1');
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /layer-path-missing.*nope/);
  assert.ok(!hub.requests.some(({ line }) => line.includes('/resolve/')));
  writeFileSync(kitfile, 'manifestVersion: 1.0.0\ndatasets: [{path: data/}]\n');
  assert.equal((await run('import', 'org/net', '-f', kitfile, '-t', 'x:v1')).code, 0);
  assert.deepEqual(
    hub.requests.flatMap(({ line }) => /\/resolve\/\w+\/(.*)/.exec(line)?.[1] ?? []),
    ['data/train.csv'],
  );
});

test('the Kitfile of the repository is used if there is one', async () => {
  await using hub = await startHub({
    files: { ...files, Kitfile: 'manifestVersion: 1.0.0\npackage: {name: mine}\nmodel: {path: model.safetensors}\n' },
  });
  using folder = temporaryFolder();
  const run = command(hub, folder.path);
  assert.equal((await run('import', 'org/net')).code, 0);
  assert.match((await run('info', 'org/net:latest')).stdout, /name: mine/);
});

test('an import resumes after a cut', async () => {
  await using hub = await startHub({ files });
  using folder = temporaryFolder();
  const run = command(hub, folder.path);
  hub.fault({ at: /resolve.*train\.csv/, status: 403 });
  const failed = await run('import', 'org/net', '--concurrency', '1');
  assert.equal(failed.code, 3);
  assert.match(failed.stderr, /unauthorized.*\n.*gated/);
  assert.equal(readdirSync(join(folder.path, 'home/cache/import')).length, 1);
  const again = await run('import', 'org/net');
  assert.equal(again.code, 0, again.stderr);
  const large = hub.requests.filter(({ line }) => line.startsWith('cdn '));
  assert.equal(large.length, 1, 'complete files are not downloaded again');
});

test('the origin of a kit can be written to a file', async () => {
  await using hub = await startHub({ files });
  using folder = temporaryFolder();
  const run = command(hub, folder.path);
  const { code, stdout } = await run('import', 'org/net', '--attestation-output', '-');
  assert.equal(code, 0);
  const { buildDefinition, runDetails } = JSON.parse(stdout);
  assert.equal(buildDefinition.buildType, 'https://kitops.org/import/v1');
  assert.deepEqual(buildDefinition.externalParameters.source, {
    uri: 'hf://org/net',
    digest: { gitCommit: 'c'.repeat(40) },
  });
  const { manifest } = JSON.parse((await run('inspect', 'org/net:latest')).stdout);
  assert.equal(`sha256:${buildDefinition.externalParameters.kitfile.digest.sha256}`, manifest.config.digest);
  assert.equal(runDetails.builder.id, 'pkg:npm/kitwright');
  const missing = await run('import', 'org/net', '--attestation-output', 'no/where');
  assert.equal(missing.code, 2);
});

test('with --attest a kit says from which commit it comes, and with a key it is signed', async () => {
  await using hub = await startHub({ repository: 'Org/Net', files });
  using folder = temporaryFolder();
  const home = join(folder.path, 'home');
  const run = (...args: readonly string[]) =>
    runHosted(['--config', home, ...args], {
      cwd: folder.path,
      env: { HF_ENDPOINT: hub.url, CI: 'true', COSIGN_PASSWORD: '' },
    });
  assert.equal((await run('generate-key-pair')).code, 0);
  const imported = await run('import', 'Org/Net', '-t', 'net:v1', '--attest', '--sign', 'cosign.key');
  assert.equal(imported.code, 0, imported.stderr);
  assert.equal((await run('verify', 'net:v1', '--key', 'cosign.pub')).code, 0);
  const of = ['--json', 'verify-attestation', 'net:v1', '--key', 'cosign.pub', '--type', 'slsaprovenance1'];
  const { stdout, stderr } = await run(...of);
  assert.match(
    stdout,
    /"resolvedDependencies":\[\{"digest":\{"gitCommit":"\w{40}"\},"uri":"[^"]+Org\/Net[^"]*"\},\{"digest"/,
    stderr,
  );
  assert.match(stdout, /"name":"data\/train\.csv"/);
});

test('the token is never shown', async () => {
  await using hub = await startHub({ files, token: 'hf_secret' });
  using folder = temporaryFolder();
  const run = command(hub, folder.path);
  const wrong = await run('import', 'org/net', '--token', 'wrong_secret', '-vv');
  assert.equal(wrong.code, 3);
  const right = await run('import', 'org/net', '--token', 'hf_secret', '-vv', '--json');
  assert.equal(right.code, 0, right.stderr);
  assert.equal(JSON.parse(right.stdout).source, 'hf://org/net');
  for (const { stdout, stderr } of [wrong, right]) assert.doesNotMatch(stdout + stderr, /secret/);
});

test('a Kitfile is made for a repository without downloading large files', async () => {
  await using hub = await startHub({ files });
  using folder = temporaryFolder();
  const run = command(hub, folder.path);
  const { code, stdout } = await run('init', 'org/net', '--remote', '--desc', 'A net');
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^manifestVersion: 1.0.0\npackage:\n {2}name: net\n {2}description: A net\n {2}authors: \[org\]\nmodel:\n/,
  );
  assert.ok(!hub.requests.some(({ line }) => line.startsWith('cdn ')));
  assert.ok(!existsSync(join(folder.path, 'Kitfile')));
  assert.equal((await run('init', 'org/net', '--remote', '-o', 'Kitfile')).code, 0);
  assert.equal((await run('init', 'org/net', '--remote', '-o', 'Kitfile')).code, 1);
  assert.equal((await run('init', '.', '--ref', 'x')).code, 2);
});

test('a location that cannot be imported gives an error', async () => {
  await using hub = await startHub({ files });
  using folder = temporaryFolder();
  const run = command(hub, folder.path);
  for (const [args, message] of [
    [['org'], /cannot be imported/],
    [['org/net', '--tool', 'nope'], /Unknown importer "nope"; there are: hf, git/],
    [['org/net', '--concurrency', '0'], /at least 1/],
    [['https://git.example.com/x', '--tool', 'hf'], /not a repository of the hub/],
  ] as const) {
    const { code, stderr } = await run('import', ...args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
  }
});

test('a repository is imported into a target', async () => {
  await using hub = await startHub({ repository: 'Org/Net', files });
  using folder = temporaryFolder();
  const run = command(hub, folder.path);
  const { code, stdout, stderr } = await run('import', 'Org/Net', '-t', 'archive:./Net.tar:v1');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Model is packed as net:v1\nPushed sha256:\w+ to archive:\.\/Net\.tar:v1/);
  assert.match((await run('info', 'archive:./Net.tar:v1')).stdout, /name: Net/);
});

test('a branch that is called like the beginning of a commit is not taken for it', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'team', 'net');
  mkdirSync(path, { recursive: true });
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder.path, GIT_CONFIG_NOSYSTEM: '1' };
  const author = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com'];
  const git = (...args: readonly string[]) =>
    execFileSync('git', [...author, ...args], { cwd: path, env, encoding: 'utf8' });
  git('init', '-q', '-b', 'main');
  git('commit', '-q', '--allow-empty', '-m', 'good');
  const start = git('rev-parse', 'HEAD').slice(0, 12);
  git('checkout', '-q', '-b', `a${start}`);
  writeFileSync(join(path, 'a.py'), '1');
  git('add', '.');
  git('commit', '-q', '-m', 'other');
  const { code, stderr } = await runHosted(
    ['--config', join(folder.path, 'home'), 'import', pathToFileURL(path).href, '--ref', `a${start}`],
    { cwd: folder.path, env },
  );
  assert.equal(code, 3, stderr);
  assert.match(stderr, /remote-refused: a\w{12} looks like the hash of a commit/);
});
