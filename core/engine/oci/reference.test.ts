import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayReference, displayRepository, formatReference, parseReference } from './reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test('the first part is a registry only if it holds a dot or a colon', () => {
  assert.equal(formatReference(parseReference('org/repo:v1')), 'localhost/org/repo:v1');
  assert.equal(formatReference(parseReference('reg.example.org:8443/x/y:v2')), 'reg.example.org:8443/x/y:v2');
  assert.equal(formatReference(parseReference('localhost/dup:v1')), 'localhost/localhost/dup:v1');
});

test('a digest takes precedence over a tag, a bare digest belongs to the unnamed repository', () => {
  assert.equal(formatReference(parseReference(`repo:v1@${digest}`)), `localhost/repo@${digest}`);
  assert.equal(displayReference(parseReference(digest)), `@${digest}`);
});

test('further tags are kept as they are', () => {
  assert.deepEqual(parseReference('repo:ok,.bad,').extraTags, ['.bad', '']);
});

test('localhost is not shown', () => {
  assert.equal(displayRepository('localhost/x'), 'x');
  assert.equal(displayRepository('localhost/_'), '');
});

for (const text of [
  'UPPER:v1',
  'repo:',
  'repo:.dot',
  'a//b:v1',
  'repo@sha256:123',
  ':v1',
  'x/:v1',
  'host:port/x:v1',
  '',
]) {
  test(`${JSON.stringify(text)} is refused`, () => {
    assert.throws(() => parseReference(text), { code: 'reference-invalid' });
  });
}

test('a name that no registry takes is refused, and not repeated', () => {
  parseReference(`${'a'.repeat(1000)}:v1`);
  assert.throws(
    () => parseReference(`${'a'.repeat(10_000)}:v1`),
    (error: Error & { readonly code?: string }) => {
      return error.code === 'reference-invalid' && error.message.length < 2000;
    },
  );
});

test('a path is not a reference: dots are not a registry', () => {
  for (const text of ['./epoch:3.ckpt', '../epoch:3.ckpt', '.:5000/x:y', './a/b:c'])
    assert.throws(() => parseReference(text), { code: 'reference-invalid' });
});

test('a word of a target that nobody provides says how to get one; a port does not', () => {
  for (const text of ['dav:https://h/x:v1', 'dav:host/x:v1', 'dav:/host/x:v1', 'dav:/x'])
    assert.throws(() => parseReference(text), {
      code: 'reference-invalid',
      hint: /^If dav: is to be a target: .*targets/,
    });
  assert.throws(() => parseReference('host:99x/y:v1'), { hint: /^A reference is written/ });
});
