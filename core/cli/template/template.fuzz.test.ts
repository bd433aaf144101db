import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KitwrightError } from '@kitwright/core';
import fc from 'fast-check';
import { parseTemplate } from './parseTemplate.ts';
import { renderTemplate } from './renderTemplate.ts';

const words = fc.constantFrom(
  '{{',
  '}}',
  '.',
  'a',
  ' ',
  'range ',
  'end',
  'if ',
  'else',
  '|',
  '(',
  ')',
  '"',
  'index ',
  '1',
  '$x',
  ':=',
  '-',
  'printf "%s"',
);
const template = fc.array(words, { maxLength: 40 }).map((parts) => parts.join(''));

test('any template is rendered or refused', () =>
  fc.assert(
    fc.property(template, (text) => {
      try {
        assert.equal(typeof renderTemplate(parseTemplate(text), { a: [1, 2] } as never), 'string');
      } catch (error) {
        assert.ok(error instanceof KitwrightError, String(error));
      }
    }),
  ));
