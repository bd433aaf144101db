import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { promptFolder } from './promptFolder.ts';

test('a prompt is its folder, or the folder of its file', () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, 'skills', 'one'), { recursive: true });
  writeFileSync(join(folder.path, 'skills', 'one', 'SKILL.md'), '');
  for (const path of ['skills/one', './skills/one/', 'skills//one/SKILL.md', 'skills\\one'])
    assert.equal(promptFolder(folder.path, path), join(folder.path, 'skills', 'one'), path);
  assert.equal(promptFolder(folder.path, '.'), folder.path);
});

test('a path that leads out of the kit is refused, however it is written', () => {
  using folder = temporaryFolder();
  const inside = join(folder.path, 'a', 'b');
  mkdirSync(inside, { recursive: true });
  for (const path of ['..', '../..', 'x/../..', '/etc', '..\\..', './../a', 'a/../../b'])
    assert.throws(() => promptFolder(inside, path), /unpack-refused|refused/, path);
});

test('a path that its layer does not hold is an error with that path', () => {
  using folder = temporaryFolder();
  assert.throws(() => promptFolder(folder.path, 'gone'), /holds no such path/);
});
