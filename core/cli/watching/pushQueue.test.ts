import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { openPushQueue, type PendingPush } from './pushQueue.ts';

const push = (letter: string): PendingPush => ({
  root: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: `sha256:${letter.repeat(64)}`, size: 7 },
  count: 3,
  tags: ['latest'],
});
const destination = 'registry.example.com/team/run';

test('the newest kit waits on the disk until it was pushed', () => {
  using home = temporaryFolder();
  const queue = openPushQueue(home.path, destination);
  assert.equal(queue.pending(), undefined);
  queue.put(push('a'));
  queue.put(push('b'));
  assert.deepEqual(openPushQueue(home.path, destination).pending(), push('b'));
  queue.done(push('a'));
  assert.deepEqual(queue.pending(), push('b'), 'a newer one stays');
  queue.done(push('b'));
  assert.equal(queue.pending(), undefined);
});

test('each repository has its own queue', () => {
  using home = temporaryFolder();
  openPushQueue(home.path, destination).put(push('a'));
  assert.equal(openPushQueue(home.path, 'registry.example.com/team/other').pending(), undefined);
});

test('a damaged or foreign file is ignored', () => {
  using home = temporaryFolder();
  const queue = openPushQueue(home.path, destination);
  queue.put(push('a'));
  const [name = ''] = readdirSync(join(home.path, 'pushes'));
  for (const text of [
    '',
    '{',
    '[]',
    JSON.stringify({ ...push('a'), tags: ['a b'] }),
    JSON.stringify({ ...push('a'), root: {} }),
  ]) {
    writeFileSync(join(home.path, 'pushes', name), text);
    assert.equal(queue.pending(), undefined, text);
  }
});
