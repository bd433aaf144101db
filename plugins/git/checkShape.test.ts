import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createShapeCheck, type ListedEntry } from './checkShape.ts';

const entry = (path: string, id: string): ListedEntry => ({ path: Buffer.from(path), id, isTree: id.startsWith('t') });

const check = (entries: Iterable<ListedEntry>, platform: NodeJS.Platform = 'linux'): void => {
  const checkShape = createShapeCheck(platform);
  for (const each of entries) checkShape(each);
};

const refused = { code: 'remote-refused' };

test('what git makes is taken', () =>
  check([
    entry('a.txt', 'b1'),
    entry('a', 't1'),
    entry('a/a', 't2'),
    entry('a/a/x', 'b1'),
    entry('a/b', 'b1'),
    entry('a0', 'b1'),
    entry('b', 't1'),
    entry('b/a', 't2'),
    entry('b/a/x', 'b1'),
    entry('b/b', 'b1'),
    entry('c', 'b2'),
  ]));

/** A link, and a file of LFS below its name, in either order. */
for (const [what, ...paths] of [
  ['a directory and a link', 't a', 'b a/p.bin', 'l a'],
  ['a link and a directory', 'l a', 't a', 'b a/p.bin'],
  ['a name with a slash before a link', 'b a/p.bin', 'l a'],
  ['a name with a slash behind a link', 'l a', 'b a/p.bin'],
  ['a name with a slash in a tree', 't d', 'b d/a/p.bin'],
] as const)
  test(`${what} at one path are refused`, () => {
    const entries = paths.map((text) => entry(text.slice(2), `${text.slice(0, 1)}${text}`));
    assert.throws(() => check(entries), refused);
  });

test('names that a file system takes for one are refused there', () => {
  const entries = [entry('A', 'l1'), entry('a', 't1'), entry('a/p.bin', 'b1')];
  check(entries);
  assert.throws(() => check(entries, 'darwin'), refused);
});

function* repeated(times: number, files: number): Generator<ListedEntry> {
  for (let i = 0; i < times; i++) {
    yield entry(`d${i}`, 't1');
    for (let j = 0; j < files; j++) yield entry(`d${i}/f${j}`, 'b1');
  }
}

test('an equal tree may be there some times, not any number of times', () => {
  check(repeated(10, 1000));
  assert.throws(() => check(repeated(100, 1000)), refused);
});

test('as many different files as were sent are taken', () =>
  check(Iterator.from(Array(200_000).keys()).map((i) => entry(`f${i}`, 'b1'))));

test('paths lead through as many directories as fit to what was sent', () => {
  const deep = [...Array(800).keys()].map((i) =>
    Array(i + 1)
      .fill('d')
      .join('/'),
  );
  const chain = deep.map((path, i) => entry(path, `t${i}`));
  const files = (count: number) => [...Array(count).keys()].map((i) => entry(`${deep.at(-1)}/f${i}`, 'b1'));
  check(chain);
  assert.throws(() => check([...chain, ...files(2000)]), refused);
});
