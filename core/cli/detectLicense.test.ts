import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { detectLicense } from './detectLicense.ts';

const apache = readFileSync(new URL('../../LICENSE', import.meta.url), 'utf8');

test('a licence is recognised with any line breaks', () => {
  assert.equal(detectLicense(apache), 'Apache-2.0');
  assert.equal(detectLicense(apache.replace(/\s+/g, ' ')), 'Apache-2.0');
});

const known = createRequire(import.meta.url)('spdx-license-list/full.js') as Readonly<
  Record<string, { readonly licenseText: string }>
>;

test('the usual licences of code, models and data are distinguished', () => {
  const expected = {
    'Apache-2.0': 'Apache-2.0',
    'BSD-2-Clause': 'BSD-2-Clause',
    'BSD-3-Clause': 'BSD-3-Clause',
    'BSL-1.0': 'BSL-1.0',
    'CC-BY-4.0': 'CC-BY-4.0',
    'CC-BY-NC-4.0': 'CC-BY-NC-4.0',
    'CC-BY-SA-4.0': 'CC-BY-SA-4.0',
    'CC0-1.0': 'CC0-1.0',
    'GPL-2.0-only': 'GPL-2.0',
    'GPL-3.0-or-later': 'GPL-3.0',
    'LGPL-3.0-only': 'LGPL-3.0',
    'MPL-2.0': 'MPL-2.0',
    ISC: 'ISC',
    MIT: 'MIT',
    Unlicense: 'Unlicense',
  };
  const found = Object.keys(expected).map((id) => [id, detectLicense(known[id]?.licenseText ?? '')]);
  assert.deepEqual(Object.fromEntries(found), expected);
});

test('a name and a year filled in make no difference', () => {
  const text = (known['MIT']?.licenseText ?? '').replace('<year>', '2026').replace('<copyright holders>', 'A Team');
  assert.equal(detectLicense(text), 'MIT');
});

test('half a licence and other texts are not recognised', () => {
  assert.equal(detectLicense(apache.slice(0, apache.length / 2)), undefined);
  assert.equal(detectLicense('all rights reserved'), undefined);
  assert.equal(detectLicense(''), undefined);
});
