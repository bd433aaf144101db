import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseChallenges } from './challenge.ts';
import { quirksOf, quirkTable } from './quirks.ts';
import { backoff, retryAfter } from './retryDelay.ts';

test('challenges are read with quotes, escapes and several schemes', () => {
  assert.deepEqual(parseChallenges('Bearer realm="https://a/token",service="s",scope="repository:x:pull,push"'), [
    { scheme: 'bearer', parameters: { realm: 'https://a/token', service: 's', scope: 'repository:x:pull,push' } },
  ]);
  assert.deepEqual(parseChallenges('Basic realm="a \\"b\\"", Bearer realm=x'), [
    { scheme: 'basic', parameters: { realm: 'a "b"' } },
    { scheme: 'bearer', parameters: { realm: 'x' } },
  ]);
  assert.deepEqual(parseChallenges(''), []);
  assert.deepEqual(parseChallenges('====='), []);
});

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  assert.equal(retryAfter('5', now), 5000);
  assert.equal(retryAfter('Thu, 01 Jan 2026 00:01:00 GMT', now), 60_000);
  assert.equal(retryAfter('Wed, 31 Dec 2025 00:00:00 GMT', now), 0);
  assert.equal(retryAfter('soon', now), undefined);
  assert.equal(retryAfter(undefined, now), undefined);
});

test('pauses double, and stay below half a minute', () => {
  assert.equal(
    backoff(0, () => 1),
    500,
  );
  assert.equal(
    backoff(3, () => 0),
    2000,
  );
  assert.equal(
    backoff(20, () => 1),
    30_000,
  );
});

const hosts: Readonly<Record<string, string>> = {
  '1.dkr.ecr.eu-west-1.amazonaws.com': 'ECR',
  'public.ecr.aws': 'ECR',
  'europe-docker.pkg.dev': 'Google',
  'gcr.io': 'Google',
  'ghcr.io': 'GHCR',
  'x.azurecr.io': 'ACR',
  'registry-1.docker.io': 'Docker Hub',
  'quay.io': 'Quay',
  'demo.goharbor.io': 'Harbor',
  'a.jfrog.io': 'Artifactory',
  'zothub.io': 'zot',
  'notgcr.io.example.com': 'distribution',
  '127.0.0.1:5000': 'distribution',
};

for (const [host, family] of Object.entries(hosts))
  test(`${host} is treated as ${family}`, () => assert.equal(quirksOf(host).family, family));

test('every quirk says where it was read', () => assert.ok(quirkTable.every(({ source }) => source.length > 5)));
