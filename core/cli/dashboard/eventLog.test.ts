import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEventLog } from './eventLog.ts';

const filled = (count: number, limit: number) => {
  const log = createEventLog(limit);
  for (let i = 1; i <= count; i += 1) log.add(`${i}`);
  return log;
};

test('events are numbered, and who has some gets the others', () => {
  assert.deepEqual(filled(3, 10).after(1), [
    { id: 2, text: '2' },
    { id: 3, text: '3' },
  ]);
  assert.deepEqual(filled(3, 10).after(3), []);
});

test('the oldest go, and the numbers stay', () => {
  const ids = filled(1000, 10)
    .after(0)
    .map(({ id }) => id);
  assert.ok(ids.length >= 5 && ids.length <= 10, String(ids.length));
  assert.equal(ids.at(-1), 1000);
});
