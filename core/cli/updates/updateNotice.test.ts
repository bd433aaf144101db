import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { type NoticeOptions, updateNotice, updatesOffFile } from './updateNotice.ts';
import { readUpdateState, writeUpdateState } from './updateState.ts';

const hour = 3_600_000;
const now = 1_000 * hour;

const noticing = (root: string, changes: Partial<NoticeOptions> = {}) => {
  let asked = 0;
  const ask = () => void asked++;
  const notice = updateNotice({ root, env: {}, isTerminal: true, now, version: '1.2.3', ask, ...changes });
  return { asked, notice };
};

test('npm is asked once in 24 hours, in the background, and the next command prints the notice', () => {
  using folder = temporaryFolder();
  const root = join(folder.path, 'home');
  assert.deepEqual(noticing(root), { asked: 1, notice: undefined });
  assert.deepEqual(noticing(root), { asked: 0, notice: undefined });
  writeUpdateState(root, { ...readUpdateState(root), latest: '1.10.0' });
  assert.match(
    noticing(root, { now: now + hour }).notice ?? '',
    /^Kitwright 1\.10\.0 is available \(this is 1\.2\.3\)/,
  );
  assert.equal(noticing(root, { now: now + 2 * hour }).notice, undefined, 'once a day is enough');
  assert.equal(noticing(root, { now: now + 30 * hour }).asked, 1);
});

test('the notice says how to get it where that is known', () => {
  using folder = temporaryFolder();
  writeUpdateState(folder.path, { checkedAt: now, latest: '2.0.0', shownAt: 0 });
  assert.match(
    noticing(folder.path, { advice: 'brew upgrade kitwright' }).notice ?? '',
    /\(this is 1\.2\.3\): brew upgrade kitwright\. To turn/,
  );
});

test('the same or an older version gives no notice', () => {
  using folder = temporaryFolder();
  for (const latest of ['1.2.3', '1.2.2', '0.9.9', '1.1.10']) {
    writeUpdateState(folder.path, { checkedAt: now, latest, shownAt: 0 });
    assert.equal(noticing(folder.path).notice, undefined, latest);
  }
});

test('never in CI, never without a terminal, never after it was turned off', () => {
  using folder = temporaryFolder();
  writeUpdateState(folder.path, { checkedAt: 0, latest: '9.0.0', shownAt: 0 });
  const silent = { asked: 0, notice: undefined };
  assert.deepEqual(noticing(folder.path, { env: { CI: 'true' } }), silent);
  assert.deepEqual(noticing(folder.path, { env: { NO_UPDATE_NOTIFIER: '1' } }), silent);
  assert.deepEqual(noticing(folder.path, { isTerminal: false }), silent);
  writeFileSync(updatesOffFile(folder.path), '');
  assert.deepEqual(noticing(folder.path), silent);
});

test('a damaged or hostile state file is ignored', () => {
  using folder = temporaryFolder();
  for (const text of ['', '[]', '{"latest":"9.0.0\\u001b[31m"}', '{"checkedAt":"x","latest":9}']) {
    writeFileSync(join(folder.path, 'update-check.json'), text);
    assert.deepEqual(noticing(folder.path), { asked: 1, notice: undefined }, text);
  }
});
