import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { detectLicense } from './detectLicense.ts';

const apache = readFileSync(new URL('../../LICENSE', import.meta.url), 'utf8');

test('a licence is known whatever its line breaks', () => {
  assert.equal(detectLicense(apache), 'Apache-2.0');
  assert.equal(detectLicense(apache.replace(/\s+/g, ' ')), 'Apache-2.0');
});

test('half a licence and other texts are none', () => {
  assert.equal(detectLicense(apache.slice(0, apache.length / 2)), undefined);
  assert.equal(detectLicense('all rights reserved'), undefined);
  assert.equal(detectLicense(''), undefined);
});
