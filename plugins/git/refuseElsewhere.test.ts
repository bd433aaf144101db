import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '../../test/support/temporaryFolder.ts';
import { refuseElsewhere } from './refuseElsewhere.ts';

const gitIn = (directory: string, ...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', ...args], {
    cwd: directory,
    stdio: 'ignore',
  });

/** A repository of the user, and a path for one of somebody else. */
const twoIn = (folder: string) => {
  const [own, other] = [join(realpathSync(folder), 'own'), join(realpathSync(folder), 'other')];
  mkdirSync(own);
  gitIn(own, 'init', '-q');
  gitIn(own, 'commit', '-q', '--allow-empty', '-m', 'x');
  return [own, other] as const;
};

const look = (directory: string) => refuseElsewhere(pathToFileURL(directory).href);

test('no repository of the user is imported because another directory says that it is its own', () => {
  const ways: Readonly<Record<string, (own: string, other: string) => void>> = {
    'a file': (own, other) => writeFileSync(join(other, '.git'), `gitdir: ${own}/.git\n`),
    'a link': (own, other) => symlinkSync(join(own, '.git'), join(other, '.git')),
    'a common folder': (own, other) => {
      gitIn(other, 'init', '-q');
      writeFileSync(join(other, '.git/commondir'), `${own}/.git\n`);
    },
    'linked refs': (own, other) => {
      gitIn(other, 'init', '-q');
      rmSync(join(other, '.git/refs'), { recursive: true });
      symlinkSync(join(own, '.git/refs'), join(other, '.git/refs'));
    },
    'one linked ref': (own, other) => {
      gitIn(other, 'init', '-q');
      symlinkSync(join(own, '.git/refs/heads'), join(other, '.git/refs/heads/team'));
    },
    'a bare one with a linked HEAD': (own, other) => {
      gitIn(other, 'init', '-q', '--bare');
      rmSync(join(other, 'HEAD'));
      symlinkSync(join(own, '.git/HEAD'), join(other, 'HEAD'));
    },
    'a worktree of its own making': (own, other) => {
      mkdirSync(join(other, 'git'));
      writeFileSync(join(other, '.git'), 'gitdir: git\n');
      writeFileSync(join(other, 'git/gitdir'), `${other}/.git\n`);
      writeFileSync(join(other, 'git/commondir'), `${own}/.git\n`);
    },
  };
  for (const [way, make] of Object.entries(ways)) {
    using folder = temporaryFolder();
    const [own, other] = twoIn(folder.path);
    mkdirSync(other);
    make(own, other);
    assert.throws(() => look(other), { code: 'remote-refused' }, way);
    renameSync(other, `${other}#1.git`);
    for (const name of [`${other}#1.git`, `${other}%231.git`, `${other}#1`])
      if (way === 'a file' || way === 'a link')
        assert.throws(() => refuseElsewhere(`file://${name}`), { code: 'remote-refused' }, name);
  }
});

test('a repository, its worktrees, submodules, and clones that share its objects are imported', () => {
  using folder = temporaryFolder();
  const [own, other] = twoIn(folder.path);
  look(own);
  gitIn(own, 'worktree', 'add', '-q', other);
  look(other);
  for (const kind of ['--bare', '--shared']) {
    gitIn(folder.path, 'clone', '-q', kind, own, `clone${kind}`);
    look(join(folder.path, `clone${kind}`));
  }
  gitIn(own, '-c', 'protocol.file.allow=always', 'submodule', 'add', join(folder.path, 'clone--bare'), 'part');
  look(join(own, 'part'));
  look(join(folder.path, 'nothing'));
  refuseElsewhere('https://example.com/team/net');
});
