import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalPlace } from './canonicalPlace.ts';

for (const [spelling, place] of [
  ['registry:example.com/team/model:v1', 'example.com/team/model:v1'],
  ['registry://Example.COM./team/model', 'example.com/team/model'],
  ['example.com:443/team/model', 'example.com/team/model'],
  ['example.com:80/team/model', 'example.com/team/model'],
  ['127.0.0.1:05000/team/model', '127.0.0.1:5000/team/model'],
  ['[::1]:05000/model', '[::1]:5000/model'],
  ['example.com:/team/model', 'example.com/team/model'],
  ['127.1:5000/team/model', '127.0.0.1:5000/team/model'],
  ['0x7f000001:5000/model', '127.0.0.1:5000/model'],
  ['[0:0::1]:5000/model', '[::1]:5000/model'],
  ['registry-1.docker.io/team/model', 'docker.io/team/model'],
  ['*.Example.com/**', '*.example.com/**'],
  ['**/model', '**/model'],
  ['oci:9/layout', 'oci:9/layout'],
  ['a@example.com/x', 'a@example.com/x'],
  ['oci:Layout/Of/Mine', 'oci:Layout/Of/Mine'],
  ['Model', 'Model'],
] as const)
  test(`${spelling} is ${place}`, () => assert.equal(canonicalPlace(spelling), place));
