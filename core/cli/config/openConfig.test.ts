import assert from 'node:assert/strict';
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { openConfig } from './openConfig.ts';

/** It says that it is empty, as /proc/self/pagemap does, which filled the memory. */
const long = '/proc/kallsyms';

test('a package.json that leads to a file without an end is not read to its end', {
  skip: !existsSync(long) && 'this system has no such file',
}, () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'package.json');
  symlinkSync(long, path);
  assert.throws(() => openConfig(path, 'follow-links'), { code: 'config-invalid', message: /has more than/ });
});
