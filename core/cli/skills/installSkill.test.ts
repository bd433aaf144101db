import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fromNative, makeDirectory } from '@kitwright/core/internal';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { skillIn } from './installSkill.ts';

test('a skill whose paths are too long for its place is an error, and not the end of the process', () => {
  using folder = temporaryFolder();
  const [from, to] = [join(folder.path, 'a'), join(folder.path, 'b'.repeat(100))];
  mkdirSync(from);
  const depth = Math.floor((4000 - from.length) / 2);
  makeDirectory(fromNative(from), 'd/'.repeat(depth).slice(0, -1))[Symbol.dispose]();
  assert.throws(() => skillIn(from)(to), { code: 'ENAMETOOLONG' });
});
