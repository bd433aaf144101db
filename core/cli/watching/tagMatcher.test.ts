import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { tagMatcher } from './tagMatcher.ts';
import { fillTemplate } from './tagTemplate.ts';

test('tags that a template made are recognised, with their numbers', () => {
  for (const [template, tag, n] of [
    ['a.b-{n}', 'a.b-12', '12'],
    ['{run}_{n}_{step}', 'x-1_3_none', '3'],
    ['{run}-{n}', 'a-1-2', '2'],
    ['{n}{git}', '12', '1'],
    ['{n}-{n}', '1-2', '1'],
  ] as const)
    assert.deepEqual(tagMatcher(template)(tag), { n }, `${template} ${tag}`);
  assert.deepEqual(tagMatcher('{step}-{metric}')('1-0.12346'), { n: undefined });
  for (const [template, tag] of [
    ['a.b-{n}', 'axb-12'],
    ['{n}', '12x'],
    ['{n}', ''],
    ['{step}', 'non'],
    ['{run}-{n}', '-1'],
  ] as const)
    assert.equal(tagMatcher(template)(tag), undefined, `${template} ${tag}`);
});

const part = fc.constantFrom('{n}', '{step}', '{git}', '{metric:loss}', '-', 'a', '1', 'none');

test('whatever a template makes it recognises', () => {
  const values = { run: 'r', n: 7, progress: { step: 5, metrics: {} }, time: new Date(0), git: 'abc' };
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), (parts) => {
      const template = parts.join('');
      assert.ok(tagMatcher(template)(fillTemplate(template, values)), template);
    }),
  );
});

test('many words take no longer than their number', { timeout: 20_000 }, () => {
  const matches = tagMatcher(`{n}${'{git}'.repeat(90)}Z`);
  for (let i = 0; i < 100; i++) assert.equal(matches(`1${'a'.repeat(127)}`), undefined);
});
