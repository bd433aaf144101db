import assert from 'node:assert/strict';
import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { lockEntry, tryEntry } from './lockEntry.ts';

const name = `sha256-${'0'.repeat(64)}`;

test('who waits says so once, and gets the lock when it is free', async () => {
  using folder = temporaryFolder();
  const { promise: waiting, resolve: told } = Promise.withResolvers<void>();
  const held = tryEntry(folder.path, name);
  assert.equal(tryEntry(folder.path, name), undefined);
  const waited = lockEntry(folder.path, name, new AbortController().signal, told);
  await waiting;
  held?.[Symbol.dispose]();
  using _lock = await waited;
  assert.ok(existsSync(join(folder.path, `.lock-${name}`)));
});

test('a holder on another machine that touches its lock is believed, and a wait can be cancelled', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, `.lock-${name}`);
  writeFileSync(path, JSON.stringify({ pid: 1, host: 'another-machine', started: '1' }));
  const stop = new AbortController();
  const waited = lockEntry(folder.path, name, stop.signal, () => {
    utimesSync(path, 1, 1);
    stop.abort();
  });
  await assert.rejects(waited, { name: 'AbortError' });
  assert.ok(existsSync(path));
});

test('a holder on another machine that is silent for the patience of the waiting one is not', async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, `.lock-${name}`), JSON.stringify({ pid: 1, host: 'another-machine', started: '1' }));
  using _lock = await lockEntry(folder.path, name, new AbortController().signal, () => undefined, 300);
});
