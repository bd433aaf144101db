import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { skillFrontMatter } from './skillFrontMatter.ts';

const pieces = fc.constantFrom(
  '---',
  '\n',
  'name',
  ': ',
  '- ',
  '&a ',
  '*a',
  '"',
  "'",
  '|',
  '{',
  '}',
  '[',
  ']',
  '!t ',
  'x',
  '  ',
  '#',
  '\r',
);
const text = fc.array(pieces, { maxLength: 60 }).map((parts) => `---\n${parts.join('')}\n---\n`);

test('any text is the front matter of a skill, or none', () =>
  fc.assert(
    fc.property(fc.oneof(text, fc.string()), (given) => {
      const found = skillFrontMatter(Buffer.from(given));
      assert.ok(Object.values(found).every((value) => typeof value === 'string' && value !== ''));
    }),
  ));
