import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseChallenges } from './challenge.ts';
import type { HttpAnswer } from './HttpAnswer.ts';
import { nextPage } from './listTags.ts';

const words = fc.constantFrom(
  'Bearer',
  'Basic',
  ' ',
  ',',
  '=',
  '"',
  '\\',
  'realm',
  '<',
  '>',
  ';',
  'rel="next"',
  '/v2/',
  'https://b/',
  '//b',
);
const header = fc.oneof(
  fc.array(words, { maxLength: 60 }).map((parts) => parts.join('')),
  fc.string({ maxLength: 300 }),
);
const request = { method: 'GET', url: new URL('https://a/v2/x') } as const;
const next = (link: string) => nextPage(request, { header: () => link } as unknown as HttpAnswer);

test('any WWW-Authenticate gives a bounded list of challenges', () =>
  fc.assert(fc.property(header, (text) => assert.ok(parseChallenges(text).length <= text.length))));

test('any Link leads to the same host, or nowhere', () =>
  fc.assert(fc.property(header, (text) => assert.equal(next(text)?.origin ?? 'https://a', 'https://a'))));
