import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import type { CheckpointFiles } from '@kitwright/core/plugin';
import { testCheckpoint } from '@kitwright/testkit';
import plugin from '../src/index.ts';

const { capabilities } = createKitwright({ plugins: [plugin()], threads: 1 });
const format = capabilities.get('checkpoint', 'my-plugin');

test('directories are known by their names', () => {
  assert.equal(format.matches(filesOf({}, 'step-100')), true);
  for (const name of ['step-', 'steps-1', 'logs']) assert.equal(format.matches(filesOf({}, name)), false, name);
});

test('a checkpoint with its marker is ready, and says how far the training was', () => {
  const files = filesOf({ 'model.bin': '', 'DONE.json': '{"step":100,"loss":0.5,"note":"best"}' });
  assert.deepEqual(format.check(files), { state: 'ready' });
  assert.deepEqual(format.progress?.(files), { step: 100, metrics: { loss: 0.5 } });
});

describe('every rule for checkpoint formats', () =>
  testCheckpoint(test, () => ({
    format,
    name: 'step-100',
    files: [
      ['model.bin', 'weights'],
      ['DONE.json', '{"step":100,"loss":0.5}'],
    ],
    progress: { step: 100, metrics: { loss: 0.5 } },
    others: ['step-', 'steps-1', 'logs'],
  })));

for (const text of [undefined, '', '{"step":10', '{}', '{"step":"1"}', 'null', '[]'])
  test(`not yet: ${text}`, () => {
    const files = filesOf({ 'model.bin': '', ...(text === undefined ? {} : { 'DONE.json': text }) });
    assert.equal(format.check(files).state, 'not-yet');
    assert.equal(format.progress?.(files), undefined);
  });

function filesOf(texts: Readonly<Record<string, string>>, name = 'step-100'): CheckpointFiles {
  return { name, names: Object.keys(texts), text: (file) => texts[file] };
}
