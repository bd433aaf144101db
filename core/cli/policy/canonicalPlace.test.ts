import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalPlace } from './canonicalPlace.ts';

for (const [spelling, place] of [
  ['registry:example.com/team/model:v1', 'example.com/team/model:v1'],
  ['registry://Example.COM./team/model', 'example.com/team/model'],
  ['example.com:443/team/model', 'example.com/team/model'],
  ['127.0.0.1:05000/team/model', '127.0.0.1:5000/team/model'],
  ['[::1]:05000/model', '[::1]:5000/model'],
  ['*.Example.com/**', '*.example.com/**'],
  ['oci:Layout/Of/Mine', 'oci:Layout/Of/Mine'],
  ['Model', 'Model'],
] as const)
  test(`${spelling} is ${place}`, () => assert.equal(canonicalPlace(spelling), place));
