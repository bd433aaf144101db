import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foreignPackageFirst, foreignRoute } from './foreignRoute.ts';

const nobody = () => false;
const windows = process.platform === 'win32' && 'there is no such device';

test('modules that an executable holds, below its device, belong to nobody', { skip: windows }, () => {
  const from = '/dev/null/node_modules/package/dist/index.js';
  const found = '/dev/null/node_modules/package/dist/other.js';
  for (const specifier of ['./other.js', '../dist/other.js', '#inner', 'package/other', 'other-package'])
    assert.equal(foreignRoute({ specifier, from, found }, nobody), undefined, specifier);
  assert.equal(foreignPackageFirst({ specifier: 'other-package', from }, nobody), undefined);
});

test('what follows the path in a specifier, any number of marks too, is no part of it', () => {
  const specifier = `./other.js${'?#\n'.repeat(100_000)}`;
  assert.equal(foreignRoute({ specifier, from: '/nowhere/index.js', found: '/nowhere/other.js' }, nobody), undefined);
});
