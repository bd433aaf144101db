import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/temporaryFolder.ts';
import { checkGrowth, sentBelow } from './whileGrowing.ts';

test('a pack of which hardly a byte was sent is refused where it becomes large', () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, 'pack'));
  const pack = join(folder.path, 'pack', 'tmp_pack_1');
  writeFileSync(pack, '');
  // Zeros without a block on the disk.
  truncateSync(pack, 1024 ** 3 / 2);
  checkGrowth(folder.path);
  truncateSync(pack, 2 * 1024 ** 3);
  assert.throws(() => checkGrowth(folder.path), { code: 'remote-refused' });
});

test('what is compressed already was sent as it is, and text in a part', () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'a'), randomBytes(4 * 1024 * 1024));
  // Two of the places may overlap.
  assert.ok(sentBelow(folder.path) > 4_000_000);
  writeFileSync(join(folder.path, 'a'), 'some text\n'.repeat(400_000));
  const sent = sentBelow(folder.path);
  assert.ok(sent > 0 && sent < 4_000_000 / 20);
});
