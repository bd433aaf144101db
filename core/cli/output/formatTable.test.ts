import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTable } from './formatTable.ts';

test('a cell stays in its row, and columns stay aligned', () =>
  assert.deepEqual(
    formatTable([
      ['A', 'B'],
      ['x\ny', 'z'],
    ]),
    ['A          B', 'x\\u000ay   z'],
  ));

test('a table has as many rows as a kit has annotations', () => {
  const rows = Array.from({ length: 300_000 }, () => ['a', 'b']);
  assert.equal(formatTable([['NAME', 'VALUE'], ...rows]).length, rows.length + 1);
});
