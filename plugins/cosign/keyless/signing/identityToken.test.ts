import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseToken } from './identityToken.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const claims = { iss: 'https://i', sub: 'sub', aud: 'sigstore', exp: now / 1000 + 60 };
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const tokenOf = (value: object) => `${encode({ alg: 'RS256' })}.${encode(value)}.c2ln`;

test('whom a token names: the verified e-mail address, else the subject', () => {
  assert.equal(parseToken(tokenOf(claims), now).subject, 'sub');
  const { subject, issuer } = parseToken(tokenOf({ ...claims, email: 'a@b.c', email_verified: true }), now);
  assert.deepEqual([subject, issuer], ['a@b.c', 'https://i']);
  assert.equal(parseToken(tokenOf({ ...claims, aud: ['x', 'sigstore'] }), now).subject, 'sub');
});

for (const [name, token] of Object.entries({
  'that has expired': tokenOf({ ...claims, exp: now / 1000 - 1 }),
  'for another audience': tokenOf({ ...claims, aud: 'other' }),
  'with an address that nobody verified': tokenOf({ ...claims, email: 'a@b.c' }),
  'that names nobody': tokenOf({ ...claims, sub: '' }),
  'without an issuer': tokenOf({ ...claims, iss: undefined }),
  'that is none': 'canary',
  'that is no JSON': 'a.canary.c',
}))
  test(`a token ${name} is refused, and not shown`, () => {
    assert.throws(
      () => parseToken(token, now),
      ({ code, message }: Error & { code: string }) => {
        assert.equal(code, 'unauthorized');
        assert.ok(!message.includes(token) && !message.includes('canary'), message);
        return true;
      },
    );
  });
