import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkNamedCommit } from './checkNamedCommit.ts';

const commit = '5a71c3fb0a'.repeat(4);

test('a branch or tag that is called like a hash, or like its beginning, is not taken for the commit', () => {
  for (const revision of ['6a71c3f', '6A71C3FB0A', '6'.repeat(40), '6'.repeat(64), `${commit}${'0'.repeat(24)}`])
    assert.throws(() => checkNamedCommit(revision, commit), { code: 'remote-refused', data: { commit } }, revision);
});

test('a hash, the beginning of one, and names are let through', () => {
  for (const revision of [
    commit,
    commit.toUpperCase(),
    commit.slice(0, 7),
    'main',
    'v1',
    '20261128',
    'decade',
    'refs/heads/6a71c3f',
  ])
    checkNamedCommit(revision, commit);
  checkNamedCommit(undefined, commit);
  checkNamedCommit('6a71c3f', undefined);
});
