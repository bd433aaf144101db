import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRun } from './readRun.ts';

test('names of annotations are those of a kit alone, whatever they are', () => {
  const { fields, metrics } = readRun({ 'dev.kitwright.metric.__proto__': '1', 'dev.kitwright.run.constructor': 'x' });
  assert.deepEqual([Object.entries(metrics), Object.entries(fields)], [[['__proto__', 1]], [['constructor', 'x']]]);
  for (const name of ['toString', 'hasOwnProperty'])
    assert.deepEqual([metrics[name], fields[name]], [undefined, undefined]);
  assert.equal(JSON.stringify(metrics), '{"__proto__":1}');
});
