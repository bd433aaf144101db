import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createScopeMemory } from './createScopeMemory.ts';

const own = ['repository:team/model:pull'];

test('what a registry requests is requested for a token, with what it requested before', () => {
  const memory = createScopeMemory();
  assert.equal(memory.note(own, ['aws']), false);
  assert.equal(memory.note(own, ['repository:team/other:pull']), false);
  assert.equal(memory.note(own, ['aws']), true);
  assert.deepEqual(memory.wanted(own), ['aws', 'repository:team/other:pull', 'repository:team/model:pull']);
});

for (const [what, scopeOf] of [
  ['scopes', (n: number) => `repository:r${n}:pull`],
  ['actions of one scope', (n: number) => `repository:r:a${n}`],
] as const)
  test(`${what} that a registry invents for each request do not pile up`, () => {
    const memory = createScopeMemory();
    for (let n = 0; n < 100_000; n += 100)
      memory.note(
        own,
        Array.from({ length: 100 }, (_, at) => scopeOf(n + at)),
      );
    assert.ok(memory.wanted(own).join(' ').length < 20_000);
  });
