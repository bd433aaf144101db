import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { openMarks } from './openMarks.ts';

const setUp = () => {
  const folder = temporaryFolder();
  const [root, project] = [join(folder.path, 'data'), join(folder.path, 'project')];
  for (const path of [root, join(project, 'm')]) mkdirSync(path, { recursive: true });
  const marks = openMarks(root);
  const put = (name: string, mark: unknown) => writeFileSync(join(marks.folder, name), JSON.stringify(mark));
  return { project, marks, put, path: folder.path, [Symbol.dispose]: () => folder[Symbol.dispose]() };
};

test('the newest mark of each path below a directory is known, and its file is removed', () => {
  using at = setUp();
  const path = join(at.project, 'm');
  at.put('a.json', { v: 1, path, at: 2, step: 20, metrics: { loss: 0.5, name: 'x' } });
  at.put('b.json', { v: 1, path, at: 1, step: 10 });
  at.put('c.tmp', { v: 1, path, at: 3 });
  const expected = [{ path: 'm', at: 2000, progress: { step: 20, metrics: { loss: 0.5 } } }];
  assert.deepEqual(at.marks.below(at.project), expected);
  assert.deepEqual(at.marks.below(at.project), expected, 'it stays known');
  assert.deepEqual(readdirSync(at.marks.folder), ['c.tmp']);
});

test('a path through a link is that of its target; paths elsewhere are none of this directory', () => {
  using at = setUp();
  symlinkSync(at.project, join(at.path, 'link'));
  at.put('a.json', { v: 1, path: join(at.path, 'link', 'm'), at: 1 });
  at.put('b.json', { v: 1, path: at.path, at: 1 });
  at.put('c.json', { v: 1, path: at.project, at: 1 });
  assert.deepEqual(
    at.marks.below(at.project).map(({ path }) => path),
    ['m'],
  );
});

test('anything else in the folder is no mark', () => {
  using at = setUp();
  const path = join(at.project, 'm');
  for (const [i, mark] of [
    null,
    [],
    { v: 2, path, at: 1 },
    { v: 1, path: 1, at: 1 },
    { v: 1, path, at: 'x' },
  ].entries())
    at.put(`${i}.json`, mark);
  writeFileSync(join(at.marks.folder, 'torn.json'), '{"v": 1, "pa');
  writeFileSync(join(at.marks.folder, 'large.json'), JSON.stringify({ v: 1, path, at: 1, x: 'x'.repeat(100_000) }));
  symlinkSync('/dev/zero', join(at.marks.folder, 'endless.json'));
  assert.deepEqual(at.marks.below(at.project), []);
});

test('the folder is private, and removed at the end', () => {
  using at = setUp();
  assert.equal(statSync(at.marks.folder).mode & 0o077, 0);
  at.marks[Symbol.dispose]();
  assert.equal(existsSync(at.marks.folder), false);
});
