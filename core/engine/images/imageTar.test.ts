import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { recipeSize } from '../layers/recipe.ts';
import { contentOfRecipe } from '../store/contentOf.ts';
import { type ImageEntry, imageTar } from './imageTar.ts';

/** The lines of another tar, without sizes and times. */
async function listed(entries: readonly ImageEntry[], folder?: string): Promise<readonly string[]> {
  const recipe = imageTar(entries, folder);
  const parts: Buffer[] = [];
  await contentOfRecipe(recipe).read(
    { start: 0, end: recipeSize(recipe) },
    (bytes) => void parts.push(Buffer.from(bytes)),
  );
  const text = execFileSync('tar', ['-tv', '--numeric-owner', '--quoting-style=literal'], {
    input: Buffer.concat(parts),
  });
  return text
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.replace(/^(\S+ \S+) +\d+ \S+ \S+ /, '$1 '));
}

const file = (path: string): ImageEntry => ({
  type: 'file',
  path,
  mode: 0o644,
  content: [{ kind: 'inline', bytes: Buffer.from('content') }],
});

test('directories that stand nowhere come before what is in them, once', async () => {
  assert.deepEqual(await listed([file('a/b/one'), file('a/two'), { type: 'directory', path: 'a', mode: 0o700 }]), [
    'drwxr-xr-x 0/0 a',
    'drwxr-xr-x 0/0 a/b',
    '-rw-r--r-- 0/0 a/b/one',
    '-rw-r--r-- 0/0 a/two',
  ]);
});

test('directories above the folder are left to the base, which may have a link there', async () => {
  assert.deepEqual(
    await listed([file('lib/app/x/one'), { type: 'link', path: 'usr/bin/x', target: '/lib/app/x' }], 'lib/app'),
    [
      'drwxr-xr-x 0/0 lib/app',
      'drwxr-xr-x 0/0 lib/app/x',
      '-rw-r--r-- 0/0 lib/app/x/one',
      'lrwxrwxrwx 0/0 usr/bin/x -> /lib/app/x',
    ],
  );
});

test('links and files may have long names, in any script', async () => {
  const [path, target] = [`${'p'.repeat(90)}/${'größe'.repeat(20)}`, `../${'ziel'.repeat(60)}`];
  const lines = await listed([{ type: 'link', path: Buffer.from(path).toString('latin1'), target }], 'none');
  assert.deepEqual(lines, [`lrwxrwxrwx 0/0 ${path} -> ${target}`]);
});
