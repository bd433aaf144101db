import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kitfileSchema } from './kitfileSchema.ts';
import { kitfileTable } from './kitfileTable.ts';

test('the schema names every field that is read, and no other', () => {
  const { properties, additionalProperties } = kitfileSchema() as {
    readonly properties: Readonly<Record<string, { readonly items?: { readonly properties: object } }>>;
    readonly additionalProperties: boolean;
  };
  assert.deepEqual(
    Object.keys(properties),
    kitfileTable.fields.map(([name]) => name),
  );
  assert.equal(additionalProperties, false);
  assert.deepEqual(Object.keys(properties['docs']?.items?.properties ?? {}), ['path', 'description']);
});
