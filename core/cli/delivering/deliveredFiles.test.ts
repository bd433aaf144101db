import assert from 'node:assert/strict';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { areAsBefore } from '../resolving/readEntry.ts';
import { deliveredFiles, strangersIn } from './deliveredFiles.ts';

const skip = process.getuid?.() !== 0 && 'only root can give files away';

test('a file that another user put in the place of ours is not as it was, what others had there before is', {
  skip,
}, () => {
  using folder = temporaryFolder();
  const write = (name: string, owner: number) => {
    writeFileSync(join(folder.path, name), name);
    chownSync(join(folder.path, name), owner, owner);
  };
  mkdirSync(join(folder.path, '.state'));
  write('theirs', 54_321);
  const before = strangersIn(folder.path);
  write('ours', 0);
  write('.state/kit', 0);
  const files = deliveredFiles(folder.path, '.state', before);
  assert.deepEqual(files.map(({ path }) => path).sort(), ['ours', 'theirs']);
  assert.ok(areAsBefore(folder.path, files));
  chownSync(join(folder.path, 'ours'), 54_321, 54_321);
  assert.ok(!areAsBefore(folder.path, deliveredFiles(folder.path, '.state', before)));
});
