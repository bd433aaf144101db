import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kubernetesName, requireImage, requireLabel, requireName } from './kubernetesName.ts';

const valid = /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

test('a plain last part of a repository is the name', () =>
  assert.equal(kubernetesName('registry.example.com/team/net-7b'), 'net-7b'));

test('what Kubernetes does not take is replaced, and a hash keeps names apart', () => {
  const odd = ['r/7b', 'r/a.b', 'r/a_b', 'r/a-b', 'r/a__b', 'r/1.5', `r/${'x'.repeat(200)}`, `r/${'y-'.repeat(60)}z`];
  const names = odd.map(kubernetesName);
  for (const name of names) assert.match(name, valid);
  assert.equal(new Set(names).size, odd.length);
});

test('hostile names are refused', () => {
  for (const text of ['', 'A', 'a b', 'a\n', "a'", '-a', 'a-', 'a'.repeat(64), 'ü', '{{x}}', 'a.b'])
    assert.throws(() => requireLabel(text, 'The name'), { code: 'usage' }, text);
  assert.throws(() => requireName('7b'), { code: 'usage' });
  for (const text of ['', 'a b', 'a\nb', 'a: b', 'a"', 'a@sha256:1', '-a', 'a/../b c'])
    assert.throws(() => requireImage(text, '--image'), { code: 'usage' }, text);
  for (const text of ['a', 'a:1', 'localhost:5000/a/b:v1', `r.example.com/a@sha256:${'0'.repeat(64)}`])
    assert.equal(requireImage(text, '--image'), text);
});
