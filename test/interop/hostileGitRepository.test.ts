import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const skip = process.env['GIT_LFS'] ? false : 'git-lfs is not here';

const gitIn = (directory: string, ...args: readonly string[]): string =>
  execFileSync('git', args as string[], {
    cwd: directory,
    env: { PATH: process.env['PATH'] ?? '', HOME: directory, GIT_CONFIG_NOSYSTEM: '1' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });

/** A repository with a kit, to which an attacker adds files. */
const createRepository = (directory: string, add: (directory: string) => void): void => {
  mkdirSync(join(directory, 'src'), { recursive: true });
  writeFileSync(join(directory, 'Kitfile'), 'manifestVersion: 1.0.0\npackage: {name: x}\ncode:\n- path: src\n');
  writeFileSync(join(directory, 'src/a.py'), '1\n');
  gitIn(directory, 'init', '-q', '-b', 'main');
  gitIn(directory, 'config', 'user.name', 'Ann');
  gitIn(directory, 'config', 'user.email', 'ann@example.com');
  add(directory);
  gitIn(directory, 'add', '-A');
  gitIn(directory, 'commit', '-q', '-m', 'x');
};

const importFrom = (cwd: string, directory: string, env: Readonly<Record<string, string>> = {}) =>
  runCli(['--config', join(cwd, 'home'), 'import', pathToFileURL(directory).href, '-t', 'x:v1'], {
    cwd,
    env: { CI: '1', ...env },
  });

test('links of a repository to folders and files outside are not followed: nothing there is removed', {
  skip,
}, async () => {
  using folder = temporaryFolder();
  const outside = join(folder.path, 'outside');
  mkdirSync(join(outside, 'deep'), { recursive: true });
  for (const name of ['.gitignore', '.gitattributes', 'deep/.gitignore']) writeFileSync(join(outside, name), 'mine');
  const repository = join(folder.path, 'repository');
  createRepository(repository, (directory) => {
    symlinkSync(outside, join(directory, 'link'));
    symlinkSync(outside, join(directory, 'src', 'link'));
    symlinkSync(join(outside, '.gitignore'), join(directory, '.gitignore'));
  });
  await importFrom(folder.path, repository);
  assert.deepEqual(readdirSync(outside).sort(), ['.gitattributes', '.gitignore', 'deep']);
  assert.ok(existsSync(join(outside, 'deep/.gitignore')));
});

test('links to each other, to themselves or to a device do not stop an import', { skip }, async () => {
  using folder = temporaryFolder();
  const repository = join(folder.path, 'repository');
  createRepository(repository, (directory) => {
    for (const [name, target] of [
      ['a', 'b'],
      ['b', 'a'],
      ['here', '.'],
      ['src/up', '..'],
      ['src/zero', '/dev/zero'],
    ] as const)
      symlinkSync(target, join(directory, name));
  });
  const { signal } = await importFrom(folder.path, repository);
  assert.equal(signal, null);
});

test('GIT_DIR and similar variables, which git sets for hooks, do not redirect an import to the repository of the user', {
  skip,
}, async () => {
  using folder = temporaryFolder();
  const [repository, mine] = [join(folder.path, 'repository'), join(folder.path, 'mine')];
  createRepository(repository, () => undefined);
  createRepository(mine, (directory) => writeFileSync(join(directory, 'mine.txt'), 'mine'));
  const before = gitIn(mine, 'rev-parse', 'HEAD');
  const { code, stderr } = await importFrom(folder.path, repository, {
    GIT_DIR: join(mine, '.git'),
    GIT_WORK_TREE: mine,
    GIT_INDEX_FILE: join(mine, '.git', 'index'),
    GIT_OBJECT_DIRECTORY: join(mine, '.git', 'objects'),
  });
  assert.equal(code, 0, stderr);
  assert.equal(gitIn(mine, 'rev-parse', 'HEAD'), before);
  assert.equal(gitIn(mine, 'remote'), '');
  assert.equal(gitIn(mine, 'status', '--porcelain'), '');
});

/** An object that git makes of this text. */
const made = (directory: string, args: readonly string[], input: string): string =>
  execFileSync('git', args as string[], { cwd: directory, input, encoding: 'utf8' }).trim();

/** A tree that holds another one twice, and so on: `levels` objects are 2^levels entries. */
const expanding = (directory: string, levels: number, leaf: string): string => {
  let tree = made(directory, ['mktree'], leaf);
  for (let level = 0; level < levels; level++)
    tree = made(directory, ['mktree'], `040000 tree ${tree}\ta\n040000 tree ${tree}\tb\n`);
  return tree;
};

const commitTree = (directory: string, tree: string): void => {
  gitIn(
    directory,
    'update-ref',
    'refs/heads/main',
    made(directory, ['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit-tree', tree, '-m', 'x'], ''),
  );
};

for (const [what, leafOf] of [
  ['files', (directory: string) => `100644 blob ${made(directory, ['hash-object', '-w', '--stdin'], 'x')}\tf\n`],
  ['nothing but trees', () => ''],
] as const)
  test(`a tree of ${what} that holds itself again and again is refused before it is on the disk`, {
    skip,
    timeout: 120_000,
  }, async () => {
    using folder = temporaryFolder();
    const repository = join(folder.path, 'repository');
    createRepository(repository, () => undefined);
    commitTree(repository, expanding(repository, 40, leafOf(repository)));
    const { code, stderr } = await importFrom(folder.path, repository);
    assert.equal(code, 3, stderr);
    assert.match(stderr, /remote-refused: The repository has too many files/);
  });

test('the same large file again and again is refused', { skip, timeout: 120_000 }, async () => {
  using folder = temporaryFolder();
  const repository = join(folder.path, 'repository');
  createRepository(repository, () => undefined);
  const blob = made(repository, ['hash-object', '-w', '--stdin'], 'x'.repeat(1024 * 1024));
  commitTree(repository, expanding(repository, 11, `100644 blob ${blob}\tf\n`));
  const { code, stderr } = await importFrom(folder.path, repository);
  assert.equal(code, 3, stderr);
  assert.match(stderr, /the same ones too often/);
});

test('a name that is no UTF-8 is refused, and nothing of the clone stays', { skip }, async () => {
  using folder = temporaryFolder();
  const repository = join(folder.path, 'repository');
  createRepository(repository, (directory) => {
    mkdirSync(Buffer.concat([Buffer.from(`${directory}/d`), Buffer.from([0xff])]));
    writeFileSync(Buffer.concat([Buffer.from(`${directory}/d`), Buffer.from([0xff]), Buffer.from('/f')]), '1');
  });
  const { code, stderr } = await importFrom(folder.path, repository);
  assert.equal(code, 3, stderr);
  assert.match(stderr, /no UTF-8: d/);
  const left = readdirSync(join(folder.path, 'home'), { recursive: true, encoding: 'latin1' });
  assert.deepEqual(
    left.filter((path) => /clone/.test(path)),
    [],
  );
});

/** What `git lfs install` writes for a user: then each checkout fetches large files. */
const lfsForUser = [
  '[filter "lfs"]',
  '\tclean = git-lfs clean -- %f',
  '\tsmudge = git-lfs smudge -- %f',
  '\tprocess = git-lfs filter-process',
  '\trequired = true',
  '',
].join('\n');

const tracked = '*.bin filter=lfs diff=lfs merge=lfs -text\n';

/** A file of which git-lfs has nothing here. */
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'7'.repeat(64)}\nsize 12345\n`;

test('large files are not fetched from a place inside that the repository names', { skip }, async () => {
  for (const url of ['http://127.0.0.1:1/lfs', 'ssh://git@10.0.0.1/x', 'https://127.0.0.1:1/lfs', '/srv/models/net']) {
    using folder = temporaryFolder();
    const repository = join(folder.path, 'team', 'net');
    createRepository(repository, (directory) => {
      writeFileSync(join(directory, '.lfsconfig'), `[lfs]\n\turl = ${url}\n`);
      writeFileSync(join(directory, '.gitattributes'), '*.bin filter=lfs diff=lfs merge=lfs -text\n');
    });
    const { code, stderr } = await importFrom(folder.path, repository);
    assert.notEqual(code, 0);
    assert.match(stderr, /remote-refused: .*(?:keeps large files at|leads to) /, url);
  }
});

test('nor by a checkout, where git-lfs is set up for the user', { skip }, async () => {
  using folder = temporaryFolder();
  const asked: string[] = [];
  const server = createServer(({ url }, response) => {
    asked.push(url ?? '');
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const repository = join(folder.path, 'team', 'net');
    createRepository(repository, (directory) => {
      writeFileSync(join(directory, '.lfsconfig'), `[lfs]\n\turl = http://127.0.0.1:${port}/lfs\n`);
      writeFileSync(join(directory, 'a.bin'), pointer);
      gitIn(directory, 'add', '-A');
      writeFileSync(join(directory, '.gitattributes'), tracked);
    });
    writeFileSync(join(folder.path, '.gitconfig'), lfsForUser);
    const { code, stderr } = await importFrom(folder.path, repository);
    assert.equal(code, 3, stderr);
    assert.match(stderr, /remote-refused: .*keeps large files at /);
    assert.deepEqual(asked, []);
  } finally {
    server.close();
  }
});

test('nor from one outside, where the user has set a header for all hosts: a login, mostly', { skip }, async () => {
  using folder = temporaryFolder();
  const repository = join(folder.path, 'team', 'net');
  createRepository(repository, (directory) => {
    writeFileSync(join(directory, '.lfsconfig'), '[lfs]\n\turl = https://large.invalid/lfs\n');
    writeFileSync(join(directory, '.gitattributes'), tracked);
  });
  writeFileSync(join(folder.path, '.gitconfig'), '[http]\n\textraHeader = Authorization: Bearer secret\n');
  const { code, stderr } = await importFrom(folder.path, repository);
  assert.equal(code, 3, stderr);
  assert.match(stderr, /remote-refused: .*keeps large files at https:\/\/large\.invalid\/lfs, which is refused/);
});

test('large files come whole where git-lfs is not set up for the user', { skip }, async () => {
  using folder = temporaryFolder();
  const repository = join(folder.path, 'team', 'net');
  writeFileSync(join(folder.path, '.gitconfig'), lfsForUser);
  createRepository(repository, (directory) => {
    writeFileSync(join(directory, '.gitconfig'), lfsForUser);
    writeFileSync(join(directory, '.gitattributes'), tracked);
    writeFileSync(join(directory, 'src/a.bin'), 'weights'.repeat(1000));
  });
  rmSync(join(folder.path, '.gitconfig'));
  const { code, stderr } = await importFrom(folder.path, repository, { GIT_CONFIG_NOSYSTEM: '1' });
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, /pointer/);
});

test('git-lfs unpacks no answer that a server has compressed', { skip }, async () => {
  using folder = temporaryFolder();
  const wanted: unknown[] = [];
  const server = createServer((request, response) => {
    wanted.push(request.headers['accept-encoding']);
    request.resume();
    const answer = gzipSync(JSON.stringify({ message: 'x'.repeat(1024 * 1024) }));
    response.writeHead(422, { 'content-type': 'application/vnd.git-lfs+json', 'content-encoding': 'gzip' }).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    writeFileSync(join(folder.path, '.gitconfig'), `[lfs]\n\turl = http://127.0.0.1:${port}/lfs\n`);
    const repository = join(folder.path, 'team', 'net');
    createRepository(repository, (directory) => {
      writeFileSync(join(directory, 'a.bin'), pointer);
      gitIn(directory, 'add', '-A');
      writeFileSync(join(directory, '.gitattributes'), tracked);
    });
    assert.equal((await importFrom(folder.path, repository)).code, 3);
    assert.ok(wanted.length > 0 && wanted.every((encoding) => encoding === 'identity'), String(wanted));
  } finally {
    server.close();
  }
});

test('another repository of this machine is no place for large files; what the user names is', { skip }, async () => {
  using folder = temporaryFolder();
  const [repository, mine] = [join(folder.path, 'team', 'net'), join(folder.path, 'mine')];
  createRepository(mine, () => undefined);
  createRepository(repository, (directory) => {
    writeFileSync(join(directory, '.lfsconfig'), `[lfs]\n\turl = ${pathToFileURL(mine).href}\n`);
    writeFileSync(join(directory, '.gitattributes'), tracked);
  });
  const { code, stderr } = await importFrom(folder.path, repository);
  assert.equal(code, 3, stderr);
  assert.match(stderr, /remote-refused: .*keeps large files at /);
  writeFileSync(join(folder.path, '.gitconfig'), `[lfs]\n\turl = ${pathToFileURL(mine).href}\n`);
  assert.equal((await importFrom(folder.path, repository)).code, 0);
});

test('pointers again and again to one large file are refused before it is copied', {
  skip,
  timeout: 120_000,
}, async () => {
  using folder = temporaryFolder();
  const repository = join(folder.path, 'team', 'net');
  writeFileSync(join(folder.path, '.gitconfig'), lfsForUser);
  createRepository(repository, (directory) => {
    writeFileSync(join(directory, '.gitattributes'), tracked);
    writeFileSync(join(directory, '.gitconfig'), lfsForUser);
    writeFileSync(join(directory, 'a.bin'), 'x'.repeat(1024 * 1024));
  });
  const blob = gitIn(repository, 'rev-parse', 'HEAD:a.bin').trim();
  const many = expanding(repository, 11, `100644 blob ${blob}\ta.bin\n`);
  commitTree(
    repository,
    made(repository, ['mktree'], `${gitIn(repository, 'ls-tree', 'HEAD')}040000 tree ${many}\tmany\n`),
  );
  const { code, stderr } = await importFrom(folder.path, repository);
  assert.equal(code, 3, stderr);
  assert.match(stderr, /the same ones too often/);
});
