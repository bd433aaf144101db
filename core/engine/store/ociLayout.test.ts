import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { digestOf } from '../oci/digest.ts';
import { createOciLayout } from './ociLayout.ts';
import type { Content } from './roles.ts';

const bytes = Buffer.from('content');
const content: Content = { read: async (_range, take) => void (await take(bytes)) };
const descriptor = { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.byteLength };

test('a layout gets its folders with what is pushed, and keeps nothing of ours', async () => {
  using folder = temporaryFolder();
  const root = join(folder.path, 'new', 'layout');
  const layout = createOciLayout(root);
  await layout.push(descriptor, content);
  await Promise.all([layout.tag(descriptor, '', 'v1'), layout.tag(descriptor, '', 'v2')]);
  await layout.tag(descriptor, '', 'v3');
  assert.deepEqual(readdirSync(root).sort(), ['blobs', 'index.json', 'oci-layout']);
  assert.ok(existsSync(join(root, 'blobs', 'sha256', descriptor.digest.slice(7))));
});

test('what writers left that were killed goes after an hour, what running ones write stays', async () => {
  using folder = temporaryFolder();
  const layout = createOciLayout(folder.path);
  await layout.push(descriptor, content);
  const { pid } = spawnSync(process.execPath, ['--version']);
  const leave = (of: number, hex: string, age: number) => {
    const path = join(folder.path, `tmp-${of}-${hex.repeat(16)}`);
    writeFileSync(path, 'half');
    const time = Date.now() / 1000 - age;
    utimesSync(path, time, time);
    return basename(path);
  };
  leave(pid, 'a', 7200);
  const kept = [leave(pid, 'b', 0), leave(process.pid, 'c', 7200)];
  await layout.tag(descriptor, '', 'v1');
  assert.deepEqual(
    readdirSync(folder.path)
      .filter((name) => name.startsWith('tmp-'))
      .sort(),
    kept.sort(),
  );
});

for (const link of ['blobs', 'blobs/sha256'])
  test(`nothing is written or removed through a link in a layout: ${link}`, async () => {
    using folder = temporaryFolder();
    const [root, outside] = [join(folder.path, 'layout'), join(folder.path, 'outside')];
    mkdirSync(join(root, link, '..'), { recursive: true });
    mkdirSync(outside);
    symlinkSync(outside, join(root, link));
    const layout = createOciLayout(root);
    await assert.rejects(async () => layout.push(descriptor, content), { code: 'path-is-link' });
    assert.deepEqual(readdirSync(outside), []);
  });
