import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../../test/support/temporaryFolder.ts';
import { createPathBudget } from '../createPathBudget.ts';
import { createEntryWriter, createFile } from './entryWriter.ts';

test('a link that takes the place of a directory between two entries gets neither files nor directories', () => {
  using folder = temporaryFolder();
  const [target, staging, outside] = ['target', 'staging', 'outside'].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [target, staging, outside]) mkdirSync(path);
  using entries = createEntryWriter({ target, staging, existing: 'refuse' });
  const place = (path: string) => {
    const to = entries.place({ path, type: 'file', mode: 0o644 });
    if (to !== undefined) createFile(to, 0o644)[Symbol.dispose]();
  };
  place('a/b/first');
  place('top');
  renameSync(join(staging, 'a'), join(staging, 'away'));
  symlinkSync(outside, join(staging, 'a'));
  mkdirSync(join(outside, 'b'));
  assert.throws(() => place('a/b/second'), { code: 'path-is-link' });
  assert.throws(() => entries.place({ path: 'a/c', type: 'directory', mode: 0o755 }), { code: 'path-is-link' });
  assert.deepEqual(readdirSync(outside, { recursive: true }), ['b']);
});

test('each directory that a name leads through counts, and each name', () => {
  using folder = temporaryFolder();
  const [target, staging] = ['target', 'staging'].map((name) => join(folder.path, name)) as [string, string];
  for (const path of [target, staging]) mkdirSync(path);
  const seen: string[] = [];
  const budget = {
    entry: (path: string) => void seen.push(path),
    implied: () => void seen.push('implied'),
    opened: () => undefined,
  };
  using entries = createEntryWriter({ target, staging, existing: 'refuse' }, budget);
  entries.place({ path: 'a', type: 'directory', mode: 0o755 });
  entries.place({ path: 'a/b/c/one', type: 'file', mode: 0o644 });
  entries.place({ path: 'a/b/c/two', type: 'file', mode: 0o644 });
  assert.deepEqual(seen, ['a', 'a/b/c/one', 'implied', 'implied', 'a/b/c/two']);
});

test('two deep trees in turn are refused before they take minutes; one after the other they are written', () => {
  const place = (order: (i: number) => string) => {
    using folder = temporaryFolder();
    const [target, staging] = ['target', 'staging'].map((name) => join(folder.path, name)) as [string, string];
    for (const path of [target, staging]) mkdirSync(path);
    const budget = createPathBudget({ freeOpens: 1000, opensPerEntry: 16 });
    using entries = createEntryWriter({ target, staging, existing: 'refuse' }, budget);
    for (let i = 0; i < 20; i++)
      entries.place({ path: `${order(i)}/${'d/'.repeat(100)}${i}`, type: 'file', mode: 0o644 });
  };
  place((i) => (i < 10 ? 'a' : 'b'));
  assert.throws(() => place((i) => (i % 2 ? 'a' : 'b')), { code: 'kit-malformed', message: /back and forth/ });
});

test('a directory that is named again is noted once, with another mode it is told', () => {
  using folder = temporaryFolder();
  const [target, staging] = ['target', 'staging'].map((name) => join(folder.path, name)) as [string, string];
  for (const path of [target, staging]) mkdirSync(path);
  using entries = createEntryWriter({ target, staging, existing: 'refuse' });
  for (const mode of [0o755, 0o755, 0o755, 0o700]) entries.place({ path: 'a', type: 'directory', mode });
  assert.deepEqual(
    entries.result().directories.map(({ mode }) => mode),
    [0o755, 0o700],
  );
});
