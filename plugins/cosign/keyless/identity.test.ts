import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mismatchOf, wantedText } from './identity.ts';

const issuer = { text: 'https://i' } as const;

for (const [expression, subject, counts] of [
  ['ann@example\\.com', 'ann@example.com', true],
  ['ann@example\\.com', 'ann@example.com.evil.net', false],
  ['ann@example\\.com', 'joann@example.com', false],
  ['ann|bob', 'ann', true],
  ['ann|bob', 'bobby', false],
  ['.*@example\\.com', 'x@example.com\nevil', false],
  ['.*', 'a'.repeat(3000), false],
] as const)
  test(`${expression} ${counts ? 'matches' : 'does not match'} ${subject.slice(0, 30)}`, () => {
    const wanted = wantedText('certificate-identity', undefined, expression) ?? assert.fail();
    const mismatch = mismatchOf({ subject, issuer: 'https://i' }, { subject: wanted, issuer });
    assert.equal(mismatch === undefined, counts, mismatch);
  });

test('a text is no expression, and what says everybody or nothing is refused', () => {
  const wanted = wantedText('certificate-identity', 'a.c', undefined) ?? assert.fail();
  assert.match(mismatchOf({ subject: 'abc', issuer: 'https://i' }, { subject: wanted, issuer }) ?? '', /not by "a.c"/);
  assert.match(mismatchOf({ subject: 'a.c', issuer: 'https://j' }, { subject: wanted, issuer }) ?? '', /vouched for/);
  for (const [text, expression] of [
    ['', undefined],
    [undefined, ''],
    ['a', 'a'],
    [undefined, '('],
    [undefined, 'a)|(?:b'],
  ])
    assert.throws(() => wantedText('certificate-identity', text, expression), { code: 'usage' });
});
