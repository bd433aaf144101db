import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { OpenContext } from '@kitwright/core/plugin';
import { temporaryFolder } from '../../test/support/temporaryFolder.ts';
import { checkLfsPlace } from './checkLfsPlace.ts';

test('settings of a repository for git-lfs that are a link are refused before git-lfs follows it', async () => {
  using folder = temporaryFolder();
  // The pipe into which git writes what it says: to read from it ends never.
  symlinkSync('/proc/self/fd/1', join(folder.path, '.lfsconfig'));
  const options = { directory: folder.path, env: process.env, signal: AbortSignal.timeout(20_000) };
  await assert.rejects(checkLfsPlace('https://example.com/team/net', options, {} as OpenContext), {
    code: 'remote-refused',
    message: /\.lfsconfig of the repository is no file/,
  });
});

test('nor are other files read that they include', async () => {
  using folder = temporaryFolder();
  const options = { directory: folder.path, env: process.env, signal: AbortSignal.timeout(20_000) };
  for (const section of ['include', 'includeIf "gitdir:/"']) {
    writeFileSync(join(folder.path, '.lfsconfig'), `[${section}]\n\tpath = /proc/self/fd/1\n`);
    await assert.rejects(checkLfsPlace('https://example.com/team/net', options, {} as OpenContext), {
      code: 'remote-refused',
      message: /includes other files/,
    });
  }
});

const skip = spawnSync('git', ['lfs', 'version']).status === 0 ? false : 'git-lfs is not here';

test('only the own host of a repository, and a place of the user, may have a login', { skip }, async () => {
  using folder = temporaryFolder();
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder.path, GIT_CONFIG_NOSYSTEM: '1' };
  const options = { directory: join(folder.path, 'clone'), env, signal: AbortSignal.timeout(20_000) };
  mkdirSync(options.directory);
  const location = 'https://example.com/team/net';
  for (const args of [
    ['init', '-q'],
    ['remote', 'add', 'origin', location],
  ])
    spawnSync('git', args, { cwd: options.directory, env });
  const context = { fetch: async () => new Response(), userAgent: 'test' } as unknown as OpenContext;
  const asked = async () => {
    const { isAnonymous = false, lfsUrl } = await checkLfsPlace(location, options, context);
    return [isAnonymous, lfsUrl];
  };
  assert.deepEqual(await asked(), [false, `${location}.git/info/lfs`]);
  writeFileSync(join(options.directory, '.lfsconfig'), '[lfs]\n\turl = https://large.example.org/lfs\n');
  assert.deepEqual(await asked(), [true, 'https://large.example.org/lfs']);
  const other = 'x::\u2028Endpoint=https://example.com/team/net';
  writeFileSync(
    join(options.directory, '.lfsconfig'),
    `[remote]\n\tlfsdefault = z\n[remote "z"]\n\tlfsurl = "${other} x"\n[remote "origin"]\n\tlfsurl = https://large.example.org/lfs\n`,
  );
  assert.deepEqual(await asked(), [true, 'https://large.example.org/lfs'], 'what another remote says does not count');
  writeFileSync(join(folder.path, '.gitconfig'), '[lfs]\n\turl = https://large.example.org/lfs\n');
  assert.deepEqual(await asked(), [false, undefined]);
});

test('a path for git-lfs over ssh is no command for the shell of the user at that host', { skip }, async () => {
  using folder = temporaryFolder();
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder.path, GIT_CONFIG_NOSYSTEM: '1' };
  const options = { directory: join(folder.path, 'clone'), env, signal: AbortSignal.timeout(20_000) };
  mkdirSync(options.directory);
  const location = 'ssh://ann@example.com/team/net';
  for (const args of [
    ['init', '-q'],
    ['remote', 'add', 'origin', location],
  ])
    spawnSync('git', args, { cwd: options.directory, env });
  const asked = () => checkLfsPlace(location, options, {} as OpenContext);
  assert.deepEqual(await asked(), options);
  for (const path of ['team/other', '~ann/größe.git']) {
    writeFileSync(join(options.directory, '.lfsconfig'), `[lfs]\n\turl = "ssh://ann@example.com/${path}"\n`);
    assert.deepEqual(await asked(), options);
  }
  for (const path of ['x;id', 'x$(id)', 'x`id`', 'x%20id', 'x|id', 'x&id', 'x%0aid', 'x>id', "x'id", 'x*']) {
    writeFileSync(join(options.directory, '.lfsconfig'), `[lfs]\n\turl = "ssh://ann@example.com/${path}"\n`);
    await assert.rejects(asked, { code: 'remote-refused' }, path);
  }
  writeFileSync(join(options.directory, '.lfsconfig'), '[lfs]\n\turl = http://example.com/team/net\n');
  await assert.rejects(asked, { code: 'remote-refused' }, 'nor does it lead from ssh to where everybody reads along');
});
