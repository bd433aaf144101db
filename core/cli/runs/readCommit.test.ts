import assert from 'node:assert/strict';
import { chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { gitFolders, readCommit } from './readCommit.ts';

const commit = 'a'.repeat(40);

/** A folder `repo` with these files, and `repo/deep/below`. */
const repository = (files: Readonly<Record<string, string>>) => {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder.path, name)), { recursive: true });
    writeFileSync(join(folder.path, name), text);
  }
  mkdirSync(join(folder.path, 'repo/deep/below'), { recursive: true });
  return { ...folder, at: (path: string) => join(folder.path, path), [Symbol.dispose]: () => folder[Symbol.dispose]() };
};

const layouts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a detached head': { 'repo/.git/HEAD': `${commit}\n` },
  'a branch': { 'repo/.git/HEAD': 'ref: refs/heads/main\n', 'repo/.git/refs/heads/main': `${commit}\n` },
  'a packed branch': {
    'repo/.git/HEAD': 'ref: refs/heads/a/b\n',
    'repo/.git/packed-refs': `# pack-refs\n${'b'.repeat(40)} refs/heads/x/a/b\n${commit} refs/heads/a/b\n`,
  },
  'a worktree': {
    'repo/.git': 'gitdir: ../main/.git/worktrees/w\n',
    'main/.git/worktrees/w/HEAD': 'ref: refs/heads/w\n',
    'main/.git/worktrees/w/gitdir': '../../../../repo/.git\n',
    'main/.git/worktrees/w/commondir': '../..\n',
    'main/.git/refs/heads/w': `${commit}\n`,
  },
  'a submodule': {
    'repo/.git': 'gitdir: ../main/.git/modules/m\n',
    'main/.git/modules/m/HEAD': `${commit}\n`,
    'main/.git/modules/m/config': '[core]\n\tbare = false\n\tworktree = ../../../../repo\n',
  },
  'a folder apart': { 'repo/.git': 'gitdir: ../folders/repo\n', 'folders/repo/HEAD': `${commit}\n` },
};

for (const [what, files] of Object.entries(layouts))
  test(`the commit of ${what} is found, from a folder below too`, () => {
    using repo = repository(files);
    assert.equal(readCommit(repo.at('repo')), commit);
    assert.equal(readCommit(repo.at('repo/deep/below')), commit);
  });

test('no commit yet, an odd head and a ref outside give none', () => {
  for (const files of [
    { 'repo/.git/HEAD': 'ref: refs/heads/main\n' },
    { 'repo/.git/HEAD': 'not a commit\n' },
    { 'repo/.git/HEAD': 'ref: refs/../../secret\n', 'repo/secret': `${commit}\n` },
    { 'repo/.git/HEAD': `${'a'.repeat(5000)}\n` },
    { 'repo/.git': 'no folder' },
  ]) {
    using repo = repository(files);
    assert.equal(readCommit(repo.at('repo')), undefined, JSON.stringify(files).slice(0, 80));
  }
});

test('another repository of the user is not taken for that of a directory whose files name it', () => {
  const theirs = {
    'mine/.git/HEAD': `${commit}\n`,
    'mine/.git/refs/heads/main': `${commit}\n`,
    'mine/.git/worktrees/w/HEAD': `${commit}\n`,
    'mine/.git/worktrees/w/gitdir': '../../../../elsewhere/.git\n',
    'mine/.git/modules/m/HEAD': `${commit}\n`,
    'mine/.git/modules/m/config': '[core]\n\tworktree = ../../../m\n',
    'bare.git/HEAD': `${commit}\n`,
    'bare.git/config': '[core]\n\tbare = true\n',
  };
  for (const named of ['mine/.git', 'link', 'mine/.git/worktrees/w', 'mine/.git/modules/m', 'bare.git']) {
    using repo = repository({ ...theirs, 'repo/.git': `gitdir: ../${named}\n` });
    symlinkSync(repo.at('mine/.git'), repo.at('link'));
    assert.equal(readCommit(repo.at('repo')), undefined, named);
  }
  using repo = repository({
    ...theirs,
    'repo/.git/HEAD': 'ref: refs/heads/main\n',
    'repo/.git/commondir': '../../mine/.git\n',
  });
  assert.equal(readCommit(repo.at('repo')), undefined);
  assert.equal(gitFolders(repo.at('repo'))?.common, repo.at('repo/.git'));
});

test('a ref is not read through links, on the way to it either', () => {
  for (const [link, to] of [
    ['repo/.git/refs', 'elsewhere'],
    ['repo/.git/refs/heads', 'elsewhere/heads'],
    ['repo/.git/refs/heads/main', 'elsewhere/heads/main'],
  ] as const) {
    using repo = repository({ 'elsewhere/heads/main': `${commit}\n`, 'repo/.git/HEAD': 'ref: refs/heads/main\n' });
    mkdirSync(dirname(repo.at(link)), { recursive: true });
    symlinkSync(repo.at(to), repo.at(link));
    assert.equal(readCommit(repo.at('repo')), undefined, link);
  }
});

test('a head that is a link is not read', () => {
  using repo = repository({ secret: `${commit}\n`, 'repo/.git/config': '' });
  symlinkSync(repo.at('secret'), repo.at('repo/.git/HEAD'));
  assert.equal(readCommit(repo.at('repo')), undefined);
});

test("another user's repository above a directory says nothing about it", {
  skip: process.getuid?.() === 0 ? false : 'needs root, to give files away',
}, () => {
  const stranger = 12_345;
  using repo = repository({ 'repo/.git/HEAD': `${commit}\n` });
  chownSync(repo.at('repo/.git'), stranger, stranger);
  assert.equal(readCommit(repo.at('repo/deep/below')), undefined);
  assert.equal(gitFolders(repo.at('repo/deep/below')), undefined);
  chownSync(repo.at('repo/deep/below'), stranger, stranger);
  assert.equal(readCommit(repo.at('repo/deep/below')), commit, 'who owns both decides what is in both');
});
