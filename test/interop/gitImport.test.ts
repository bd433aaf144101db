import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const skip = process.env['GIT_LFS'] ? false : 'git-lfs is not here';
const weights = Buffer.alloc(300_000, 'weights ');

interface Repository extends Disposable {
  readonly path: string;
  readonly url: string;
  readonly git: (...args: readonly string[]) => string;
  readonly run: (...args: readonly string[]) => ReturnType<typeof runCli>;
}

/** A repository of git with a large file in LFS, two commits and a tag. */
const createRepository = (): Repository => {
  const folder = temporaryFolder();
  const directory = join(folder.path, 'team', 'net');
  mkdirSync(join(directory, 'data'), { recursive: true });
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder.path, GIT_CONFIG_NOSYSTEM: '1' };
  const git = (...args: readonly string[]) =>
    execFileSync('git', args as string[], {
      cwd: directory,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'Ann');
  git('config', 'user.email', 'ann@example.com');
  git('lfs', 'install', '--local');
  git('lfs', 'track', '*.safetensors');
  writeFileSync(join(directory, 'model.safetensors'), weights);
  writeFileSync(join(directory, 'data/train.csv'), 'first');
  git('add', '.');
  git('commit', '-q', '-m', 'first');
  git('tag', 'v1');
  writeFileSync(join(directory, 'data/train.csv'), 'second');
  git('commit', '-q', '-a', '-m', 'second');
  return {
    path: folder.path,
    url: pathToFileURL(directory).href,
    git,
    run: (...args) => runCli(['--config', join(folder.path, 'home'), ...args], { cwd: folder.path, env: { CI: '1' } }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
};

test('a git repository with large files becomes a kit, without the files of git itself', { skip }, async () => {
  using repository = createRepository();
  const { code, stdout, stderr } = await repository.run('--json', 'import', repository.url);
  assert.equal(code, 0, stderr);
  const { reference, commit, source } = JSON.parse(stdout);
  assert.deepEqual([reference, source], ['team/net:latest', `git+${repository.url}`]);
  assert.equal(commit, repository.git('rev-parse', 'HEAD').trim());
  assert.equal((await repository.run('unpack', reference, '-d', 'out')).code, 0);
  const out = join(repository.path, 'out');
  assert.ok(readFileSync(join(out, 'model.safetensors')).equals(weights));
  assert.equal(readFileSync(join(out, 'data/train.csv'), 'utf8'), 'second');
  assert.deepEqual(readdirSync(out).sort(), ['Kitfile', 'data', 'model.safetensors']);
  assert.deepEqual(readdirSync(join(repository.path, 'home/cache/import')), []);
});

test('a tag or a commit chooses what is imported', { skip }, async () => {
  using repository = createRepository();
  for (const ref of ['v1', repository.git('rev-parse', 'v1').trim()]) {
    const { code, stderr } = await repository.run('import', repository.url, '--ref', ref, '-t', 'x:v1');
    assert.equal(code, 0, stderr);
    assert.equal((await repository.run('unpack', 'x:v1', '-d', ref)).code, 0);
    assert.equal(readFileSync(join(repository.path, ref, 'data/train.csv'), 'utf8'), 'first');
  }
});

test('a refusal of git is reported, and no file is left behind', { skip }, async () => {
  using repository = createRepository();
  const missing = await repository.run('import', repository.url, '--ref', 'nope');
  assert.equal(missing.code, 3);
  assert.match(missing.stderr, /remote-refused: git fetch failed: .*nope/s);
  const nowhere = await repository.run('import', 'file:///no/such/repository');
  assert.equal(nowhere.code, 3);
  const option = await repository.run('import', repository.url, '--ref', '--upload-pack=touch hacked');
  assert.notEqual(option.code, 0);
  assert.ok(!existsSync(join(repository.path, 'hacked')));
  assert.equal((await repository.run('list')).stdout.trim().split('\n').length, 1);
});

test('a password in the URL is not shown', { skip }, async () => {
  using repository = createRepository();
  const { code, stdout, stderr } = await repository.run(
    'import',
    'http://ann:s3cret@127.0.0.1:1/team/net',
    '--tool',
    'git',
  );
  assert.notEqual(code, 0);
  assert.doesNotMatch(stdout + stderr, /s3cret/);
});
