import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkTemplate, fillTemplate } from './tagTemplate.ts';

const values = {
  run: 'try 1',
  n: 7,
  progress: { step: 500, metrics: {} },
  time: new Date('2026-11-24T05:45:09.123Z'),
  git: 'abc123',
};

test('a template is filled with the data of the kit', () => {
  assert.equal(fillTemplate('{run}-{n}-s{step}-{time}-{git}', values), 'try-1-7-s500-20261124-054509-abc123');
  assert.equal(fillTemplate('s{step}', { ...values, progress: undefined }), 'snone');
});

test('a template that gives all kits one tag, has an unknown word, or makes no valid tag is refused', () => {
  for (const template of ['run', '{run}-{git}', 'x-{nope}', '{n}/{n}', '-{n}', '{}{n}'])
    assert.throws(() => checkTemplate(template), { name: 'KitwrightError' }, template);
  for (const template of ['{n}', 's{step}', 'x-{time}', '{run}-{n}-{git}']) checkTemplate(template);
});

test('a metric is in a tag with five digits; without a value it is "none"', () => {
  const progress = { step: 1, metrics: { loss: 0.123456789, acc: Number.NaN, tiny: 1e-7 } };
  const fill = (template: string) => fillTemplate(template, { ...values, progress, metric: 'loss' });
  assert.equal(fill('{step}-{metric}-{metric:acc}-{metric:tiny}-{metric:other}'), '1-0.12346-NaN-1e-7-none');
  checkTemplate('{n}-{metric:acc}');
  checkTemplate('{n}-{metric}', 'loss');
  assert.throws(() => checkTemplate('{n}-{metric}'), /--best METRIC/);
});
