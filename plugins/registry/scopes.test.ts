import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeScopes, scopesOf } from './scopes.ts';

const rows: readonly (readonly [lists: readonly (readonly string[])[], merged: readonly string[]])[] = [
  [[[], []], []],
  [[['repository:a:pull'], ['repository:a:pull,push']], ['repository:a:pull,push']],
  [[['repository:a:pull,push'], ['repository:a:pull']], ['repository:a:pull,push']],
  [
    [['repository:x/a:pull'], ['repository:a:pull']],
    ['repository:x/a:pull', 'repository:a:pull'],
  ],
  [
    [['aws'], ['repository:a:pull', 'aws']],
    ['aws', 'repository:a:pull'],
  ],
  [[['repository:host:5000/a:pull'], ['repository:host:5000/a:push']], ['repository:host:5000/a:pull,push']],
  [[['registry:catalog:*']], ['registry:catalog:*']],
  [[['a:b', 'a:b:']], ['a:b']],
];

for (const [lists, merged] of rows)
  test(`${JSON.stringify(lists)} as one list: ${merged.join(' ')}`, () => {
    assert.deepEqual(mergeScopes(...lists), merged);
  });

test('a challenge may name several scopes, or none', () => {
  assert.deepEqual(scopesOf(' repository:a:pull  aws '), ['repository:a:pull', 'aws']);
  assert.deepEqual(scopesOf(''), []);
  assert.deepEqual(scopesOf(undefined), []);
});
