import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { skillFileIn } from './skillFileIn.ts';

test('the SKILL.md that agents read names a skill, and none that lies deeper', () => {
  using folder = temporaryFolder();
  for (const name of ['z', 'a/b', 'SKILL.md.d']) mkdirSync(join(folder.path, name), { recursive: true });
  assert.equal(skillFileIn(folder.path), undefined);
  for (const name of ['a/b/SKILL.md', 'z/SKILL.md']) writeFileSync(join(folder.path, name), '');
  assert.equal(skillFileIn(folder.path), join('z', 'SKILL.md'));
  writeFileSync(join(folder.path, 'SKILL.md'), '');
  assert.equal(skillFileIn(folder.path), 'SKILL.md');
});
