import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { maxAttempts } from '@kitwright/core/plugin';
import { exportedDescriptor, openExport } from './testing/openExport.ts';
import { startHub, type TestHub } from './testing/startHub.ts';

const big = Buffer.from(Array.from({ length: 400_000 }, (_, i) => i % 251));
const files = { 'README.md': '# Net\n', 'model.bin': big, 'a dir/ü#1?.txt': 'odd', empty: '' };

const textOf = (hub: TestHub, repository = 'models/org/net', branch = 'main') =>
  Object.fromEntries(
    [...(hub.filesOf(repository, branch) ?? [])].map(([path, bytes]) => [path, bytes.toString('hex')]),
  );

const hexOf = (given: Readonly<Record<string, string | Uint8Array>>) =>
  Object.fromEntries(Object.entries(given).map(([path, content]) => [path, Buffer.from(content).toString('hex')]));

const envOf = ({ url }: TestHub, token = 'SECRET') => ({ env: { HF_ENDPOINT: url, HF_TOKEN: token } });

test('the files of a kit are at the hub, in one commit that names its digest', async () => {
  await using hub = await startHub({ token: 'SECRET' });
  await using opened = openExport(files, envOf(hub));
  const lines = await opened.export('org/net', { private: 'true' });
  assert.deepEqual(textOf(hub), hexOf(files));
  assert.deepEqual(hub.created, [{ type: 'model', organization: 'org', name: 'net', visibility: 'private' }]);
  assert.equal(hub.commits.length, 1);
  const { summary, description } = hub.commits[0]?.[0]?.value ?? {};
  assert.deepEqual([summary, description], ['Export net', `ModelKit ${exportedDescriptor.digest}`]);
  assert.match(
    lines.join('\n'),
    /Made the repository.*\nSent 4 files \(400009 bytes\); 0 were .*\nCommit [0-9a-f]{40}/,
  );
});

test('a second export sends nothing, a third only what has changed', async () => {
  await using hub = await startHub();
  await using opened = openExport(files, envOf(hub));
  await opened.export();
  const before = hub.lines.length;
  assert.match(String(await opened.export()), /All 4 files are there already/);
  assert.doesNotMatch(hub.lines.slice(before).join('\n'), /storage|preupload|batch|commit\//);
  await using changed = openExport({ ...files, 'README.md': '# New\n' }, envOf(hub));
  assert.match(String(await changed.export()), /Sent 1 files \(6 bytes\); 3 were there already/);
  assert.deepEqual(textOf(hub), hexOf({ ...files, 'README.md': '# New\n' }));
});

test('what the repository has beside the kit stays, and bytes in the storage are not sent again', async () => {
  await using hub = await startHub();
  await using first = openExport({ 'one.bin': big }, envOf(hub));
  await first.export();
  await using second = openExport({ 'two.bin': big }, envOf(hub));
  await second.export();
  assert.deepEqual(textOf(hub), hexOf({ 'one.bin': big, 'two.bin': big }));
  assert.equal(hub.lines.filter((line) => line.startsWith('storage')).length, 1);
});

test('a large file is sent in parts where the hub asks for it', async () => {
  await using hub = await startHub({ partBytes: 150_000 });
  await using opened = openExport(files, envOf(hub));
  await opened.export();
  assert.deepEqual(textOf(hub), hexOf(files));
  assert.equal(hub.lines.filter((line) => line.startsWith('storage PUT')).length, 3);
});

test('datasets and branches', async () => {
  await using hub = await startHub();
  await using opened = openExport({ 'data.csv': '1,2\n' }, envOf(hub));
  const lines = await opened.export('datasets/org/rows', { branch: 'team/next' });
  assert.match(lines.join('\n'), /Made the branch team\/next/);
  assert.deepEqual(textOf(hub, 'datasets/org/rows', 'team/next'), hexOf({ 'data.csv': '1,2\n' }));
  assert.deepEqual(textOf(hub, 'datasets/org/rows'), {});
});

test('a token that has expired is one sentence with a hint, and is said nowhere', async () => {
  await using hub = await startHub({ token: 'NEW' });
  await using opened = openExport(files, envOf(hub, 'EXPIRED'));
  await assert.rejects(opened.export(), (error: Error & { code: string; hint: string }) => {
    assert.equal(error.code, 'unauthorized');
    assert.match(
      error.message,
      /^127\.0\.0\.1:\d+ answered 401 to GET \/api\/models\/org\/net: Invalid credentials\.$/,
    );
    assert.match(error.hint, /HF_TOKEN/);
    assert.doesNotMatch(JSON.stringify([error, opened.said]), /EXPIRED/);
    return true;
  });
});

test('the login stored for the host is used, and the storage never gets one', async () => {
  await using hub = await startHub({ token: 'STORED' });
  await using opened = openExport(files, {
    env: { HF_ENDPOINT: hub.url },
    login: { username: 'ann', password: 'STORED' },
  });
  await opened.export();
  assert.deepEqual(hub.storageLogins, [undefined]);
  assert.doesNotMatch(opened.said.join('\n'), /STORED|SIGNED/);
});

test('what fails for a moment is tried again: 5xx, and a lost answer to an upload', async () => {
  const failing = new Map<string, number | 'lost'>([
    ['GET /api/models/org/net', 503],
    ['POST /api/models/org/net/preupload/main', 500],
    ['storage PUT', 'lost'],
    ['POST /api/models/org/net/commit/main', 502],
  ]);
  const fault = (line: string) => {
    const at = [...failing.keys()].find((key) => line.startsWith(key));
    const found = failing.get(at ?? '');
    failing.delete(at ?? '');
    return found;
  };
  await using hub = await startHub({ fault });
  await using opened = openExport(files, envOf(hub));
  await opened.export();
  assert.deepEqual([...failing], []);
  assert.deepEqual(textOf(hub), hexOf(files));
});

test('a hub that stays ill is given up, and the address of the storage stays secret', async () => {
  await using hub = await startHub({ fault: (line) => (line.startsWith('storage') ? 500 : undefined) });
  await using opened = openExport(files, envOf(hub));
  await assert.rejects(opened.export(), (error: Error & { code: string }) => {
    assert.equal(error.code, 'network-failed');
    assert.doesNotMatch(JSON.stringify([error.message, opened.said]), /SIGNED|SECRET/);
    return true;
  });
  assert.equal(hub.lines.filter((line) => line.startsWith('storage')).length, maxAttempts);
  assert.deepEqual(textOf(hub), {});
});

test('a branch that moves meanwhile is not overwritten', async () => {
  await using hub = await startHub({
    fault: (line) => {
      if (line.endsWith('/preupload/main')) hub.put('models/org/net', { 'README.md': 'theirs' });
      return undefined;
    },
  });
  await using opened = openExport(files, envOf(hub));
  await assert.rejects(opened.export(), { code: 'remote-refused', hint: /Export again/ });
  assert.deepEqual(textOf(hub), hexOf({ 'README.md': 'theirs' }));
});

test('links are left out with a warning', async () => {
  await using hub = await startHub();
  await using opened = openExport({ a: 'text' }, envOf(hub));
  symlinkSync('a', join(opened.folder, 'b'));
  await opened.export();
  assert.deepEqual(textOf(hub), hexOf({ a: 'text' }));
  assert.match(opened.said.join('\n'), /b is left out: the hub has no links/);
});

test('a destination or an option that is none is refused before anything is sent', async () => {
  await using hub = await startHub();
  await using opened = openExport({ a: 'text' }, envOf(hub));
  for (const destination of ['net', 'a/b/c', '../a', 'spaces/org/app', 'https://example.com/a/b'])
    await assert.rejects(opened.export(destination), { code: 'usage' }, destination);
  for (const options of [{ private: 'yes' }, { branch: '../x' }, { token: 'x' }])
    await assert.rejects(opened.export('org/net', options), { code: 'usage' });
  assert.deepEqual(hub.lines, []);
});
