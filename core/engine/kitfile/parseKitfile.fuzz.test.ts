import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { parseKitfile } from './parseKitfile.ts';

const words = fc.constantFrom(
  'model:',
  'path: m',
  'parameters:',
  '- ',
  '&a ',
  '*a',
  '<<: ',
  '{',
  '}',
  '[',
  ']',
  ', ',
  '\n',
  '\n  ',
  '1',
  '"',
  '!!int ',
  '? ',
  '|',
);
const text = fc.array(words, { maxLength: 60 }).map((parts) => parts.join(''));

test('any text is a Kitfile, or is refused', () =>
  fc.assert(
    fc.property(text, (given) => {
      try {
        parseKitfile(Buffer.from(given), 'Kitfile');
      } catch (error) {
        assert.ok(error instanceof KitwrightError && error.code === 'kitfile-invalid', String(error));
      }
    }),
  ));
