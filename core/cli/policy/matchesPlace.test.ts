import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesPlace } from './matchesPlace.ts';

const cases: readonly (readonly [pattern: string, place: string, matches: boolean])[] = [
  ['registry.example.com/**', 'registry.example.com/team/model', true],
  ['registry.example.com/**', 'registry.example.com.evil.org/team/model', false],
  ['registry.example.com/*', 'registry.example.com/team/model', false],
  ['registry.example.com/team-*/model', 'registry.example.com/team-a/model', true],
  ['*.example.com/**', 'a.example.com/x', true],
  ['*.example.com/**', 'a.example.org/x', false],
  ['**', 'localhost/m', true],
  ['**/model', 'r/a/b/model', true],
  ['**/model', 'r/a/b/models', false],
  ['r/**/x/**', 'r/a/x/b/c', true],
  ['r/**', 'r', true],
  ['oci:./out/**', 'oci:./out/layout', true],
  ['r/a', 'r/A', false],
  ['', 'r', false],
];

for (const [pattern, place, expected] of cases)
  test(`${pattern} ${expected ? 'matches' : 'does not match'} ${place}`, () => {
    assert.equal(matchesPlace(pattern, place), expected);
  });

test('many stars take no time', () => {
  assert.equal(matchesPlace('*a'.repeat(2000), `${'a'.repeat(5000)}b`), false);
  assert.equal(matchesPlace('**/'.repeat(2000), `${'a/'.repeat(3000)}b`), false);
});
