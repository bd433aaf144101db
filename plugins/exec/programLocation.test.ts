import assert from 'node:assert/strict';
import { test } from 'node:test';
import { programLocation } from './programLocation.ts';

test('a location names a program, a place and a tag', () => {
  assert.deepEqual(programLocation('tape/vault/7:v1'), {
    program: 'kitwright-target-tape',
    location: 'vault/7',
    references: ['v1'],
  });
  assert.deepEqual(programLocation('my-tape/https://host:8080/a b'), {
    program: 'kitwright-target-my-tape',
    location: 'https://host:8080/a b',
    references: [],
  });
  assert.equal(programLocation('tape//absolute').location, '/absolute');
});

test('nothing but a name can name a program', () => {
  const refused = ['', 'tape', 'tape/', '/bin/sh', '../tape/x', 'tape.exe/x', '-x/y', 'Tape/x', 'a b/x', 'tape:v1'];
  for (const text of [...refused, `${'a'.repeat(64)}/x`, `tape/${'x'.repeat(20_000)}`])
    assert.throws(() => programLocation(text), { code: 'target-invalid' }, text);
});
