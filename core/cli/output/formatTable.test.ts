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

test('one long cell makes no other row longer than a table can be', () => {
  const long = 'x'.repeat(1_000_000);
  const rows = formatTable([
    ['NAME', 'BEFORE', 'AFTER'],
    [long, long, long],
    ...Array.from({ length: 1000 }, () => ['a', 'b', 'c']),
  ]);
  assert.equal(rows[1]?.endsWith(`...   ${long}`), true, 'the last column is whole');
  assert.equal(rows.at(-1)?.length, 2 * (255 + 3) + 1);
});
