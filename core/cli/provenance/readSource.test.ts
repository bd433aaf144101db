import assert from 'node:assert/strict';
import { test } from 'node:test';
import { remoteUri } from './readSource.ts';

const cases: readonly (readonly [url: string, uri: string | undefined])[] = [
  ['https://example.com/team/model.git', 'git+https://example.com/team/model.git'],
  ['https://user:secret@example.com/team/model', 'git+https://example.com/team/model'],
  ['https://example.com/team/model?token=secret#x', 'git+https://example.com/team/model'],
  ['ssh://git@example.com:2222/team/model', 'git+ssh://example.com:2222/team/model'],
  ['git@example.com:team/model.git', 'git+ssh://example.com/team/model.git'],
  ['example.com:/srv/model.git', 'git+ssh://example.com/srv/model.git'],
  ['/srv/git/model', undefined],
  ['../model', undefined],
  ['file:///srv/model', undefined],
  ['ext::sh -c evil', undefined],
  ['https://', undefined],
];

for (const [url, uri] of cases)
  test(`the remote ${url} is ${uri ?? 'not named'}`, () => {
    assert.equal(remoteUri(url), uri);
  });
