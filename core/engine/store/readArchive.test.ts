import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { tarEnd, tarHeader } from '../layers/tarHeader.ts';
import { readArchive } from './readArchive.ts';

const empty = (path: string): Buffer => tarHeader({ path, type: 'file', mode: 0o644, size: 0 });

test('an archive with two files of one name is refused, also where one begins with ./', () => {
  for (const names of [
    ['a', 'a'],
    ['a', './a'],
  ]) {
    using folder = temporaryFolder();
    const path = join(folder.path, 'kit.tar');
    writeFileSync(path, Buffer.concat([...names.map(empty), tarEnd()]));
    assert.throws(() => readArchive(path), { code: 'kit-malformed' });
  }
});
