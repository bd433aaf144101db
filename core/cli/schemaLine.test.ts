import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kitfileSchema } from '@kitwright/core/internal';
import { temporaryFolder } from '../../test/support/temporaryFolder.ts';
import { schemaLine } from './schemaLine.ts';

test('a project with Kitwright installed gets the line for editors; any other gets the bytes of kit', () => {
  using folder = temporaryFolder();
  const inner = join(folder.path, 'models', 'net');
  mkdirSync(inner, { recursive: true });
  assert.equal(schemaLine(inner), '');
  mkdirSync(join(folder.path, 'node_modules', 'kitwright'), { recursive: true });
  writeFileSync(join(folder.path, 'node_modules', 'kitwright', 'kitfile.schema.json'), '{}');
  assert.equal(schemaLine(inner), '# yaml-language-server: $schema=../../node_modules/kitwright/kitfile.schema.json\n');
  assert.equal(
    schemaLine(folder.path),
    '# yaml-language-server: $schema=./node_modules/kitwright/kitfile.schema.json\n',
  );
});

test('the schema in the package is what "schema kitfile" prints', () => {
  const carried: unknown = JSON.parse(readFileSync(new URL('kitfile.schema.json', import.meta.url), 'utf8'));
  assert.deepEqual(carried, kitfileSchema(), 'write it with "kitwright schema kitfile"');
});
