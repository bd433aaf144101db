import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { ignoreLines, ignoreMatcher } from './ignoreMatcher.ts';

const words = fc.constantFrom(
  '**/',
  '*',
  '?',
  '[a-z]',
  '[',
  ']',
  '!',
  '\\',
  'a',
  'b',
  '/',
  '{2}',
  '{1000}',
  '\n',
  '(',
  '|',
);
const rules = fc.array(words, { maxLength: 40 }).map((parts) => parts.join(''));
const path = fc.array(fc.constantFrom('a', 'b', 'zz'), { minLength: 1, maxLength: 60 }).map((parts) => parts.join('/'));

test('any rules match any path or are refused', () =>
  fc.assert(
    fc.property(rules, path, (text, given) => {
      try {
        assert.equal(typeof ignoreMatcher(ignoreLines(text))(given), 'boolean');
      } catch (error) {
        assert.ok(error instanceof KitwrightError, String(error));
      }
    }),
  ));
