import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPathBudget } from './createPathBudget.ts';

const refused = { code: 'kit-malformed' };

test('a few entries lead through some directories, and not through millions', () => {
  const budget = createPathBudget();
  const place = (directories: number) => {
    budget.entry('a/b');
    for (let i = 0; i < directories; i++) budget.implied();
  };
  for (let i = 0; i < 1_000_000; i++) place(2);
  place(100_000);
  assert.throws(() => place(10), refused);
});

test('names may be deep, if not all of them are', () => {
  const budget = createPathBudget();
  const deep = `${'a/'.repeat(2000)}x`;
  for (let i = 0; i < 2000; i++) budget.entry(deep);
  for (let i = 0; i < 1_000_000; i++) budget.entry('a/b/c');
  assert.throws(() => {
    for (let i = 0; i < 50_000; i++) budget.entry(deep);
  }, refused);
});
