import assert from 'node:assert/strict';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { openOrMakeDirectory } from './openOrMakeDirectory.ts';

const skip = process.platform !== 'linux' && 'directories have no handles there';

test('a relative path leads into the working directory, whatever has its name by now', { skip }, () => {
  using folder = temporaryFolder();
  const [work, away] = [join(folder.path, 'work'), join(folder.path, 'away')];
  mkdirSync(work);
  const before = process.cwd();
  process.chdir(work);
  try {
    // The name is kept by who asks for it once.
    process.cwd();
    renameSync(work, away);
    mkdirSync(work);
    for (const path of ['.', 'a/b', 'c/../d', '../away/e']) {
      using opened = openOrMakeDirectory(path);
      mkdirSync(join(opened.path, `in-${path.replaceAll(/\W/g, '')}`));
    }
  } finally {
    process.chdir(before);
  }
  for (const path of ['in-', 'a/b/in-ab', 'd/in-cd', 'e/in-awaye']) assert.ok(existsSync(join(away, path)), path);
  assert.ok(!existsSync(join(work, 'in-')));
});
