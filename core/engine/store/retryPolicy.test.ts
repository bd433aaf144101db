import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delayAfter, isTransientFailure, isTransientStatus, retryAfterOf } from './retryPolicy.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

for (const [header, expected] of [
  ['5', 5000],
  [' 0 ', 0],
  ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
  ['Thursday, 01-Jan-26 00:01:00 GMT', 60_000],
  ['Thu Jan  1 00:01:00 2026', 60_000],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ['-5', undefined],
  ['5.5', undefined],
  ['2026-01-01T00:01:00Z', undefined],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
  [null, undefined],
] as const)
  test(`Retry-After: ${header} is ${expected} ms`, () => assert.equal(retryAfterOf(header, now), expected));

test('delays double up to half a minute, and half of each is left to chance', () => {
  const delays = (random: number) => [1, 2, 3, 30].map((failures) => delayAfter(failures, 0, () => random));
  assert.deepEqual(delays(1), [500, 1000, 2000, 30_000]);
  assert.deepEqual(delays(0), [250, 500, 1000, 15_000]);
});

test('a host is waited for as long as it asks, and never less than without it', () => {
  const always = () => 1;
  assert.equal(delayAfter(1, 7000, always), 7000);
  assert.equal(delayAfter(4, 0, always), 4000);
});

test('what a server may do better later is tried again, and nothing else', () => {
  const statuses = [200, 206, 301, 400, 401, 403, 404, 408, 409, 416, 429, 500, 501, 502, 503, 504, 505, 529];
  assert.deepEqual(statuses.filter(isTransientStatus), [408, 429, 500, 502, 503, 504, 529]);
});

test('hosts that do not exist, certificates that are not trusted and headers that are too long are not tried again', () => {
  const lasting = ['ENOTFOUND', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME', 'UND_ERR_HEADERS_OVERFLOW'];
  const passing = ['ECONNRESET', 'EAI_AGAIN', 'UND_ERR_SOCKET'];
  const codes = [...lasting, ...passing];
  const transient = codes.filter((code) => isTransientFailure(Object.assign(new Error(code), { code })));
  assert.deepEqual(transient, passing);
});
