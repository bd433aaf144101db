import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Command } from 'commander';
import { loadProgram } from './loadProgram.ts';

const row = /^\| `([^`]*)` *\| (?:`([^`]*)`)? *\| (yes|no) *\| (yes|no) *\| (same|differs|ours|missing)\b/gm;
const text = readFileSync(new URL('COMPATIBILITY.md', import.meta.url), 'utf8');
const rows = [...text.matchAll(row)].map(([, command = '', flag = '', v15, v17, state]) => ({
  key: `${command} ${flag}`.trim(),
  kit: v15 === 'yes' || v17 === 'yes',
  state,
}));

const internal = new Set(['complete', 'help']);

/** Each command and each of its flags, as the table names them. */
const tree = (command: Command, path: string): readonly string[] => [
  path,
  ...command.options.map(({ flags }) => `${path} ${flags.replace(/ [<[].*$/, '')}`),
  ...command.commands
    .filter((child) => !internal.has(child.name()))
    .flatMap((child) => tree(child, `${path} ${child.name()}`)),
];

const sorted = (values: readonly string[]) => [...values].sort();

test('the table and the command line have the same commands and flags', async () => {
  const program = await loadProgram(['help']);
  assert.deepEqual(
    sorted(rows.filter(({ state }) => state !== 'missing').map(({ key }) => key)),
    sorted(tree(program, 'kit')),
  );
});

test('`kit` does not have what is marked as ours, and has everything else', () => {
  for (const { key, kit, state } of rows) assert.equal(state !== 'ours', kit, key);
});
