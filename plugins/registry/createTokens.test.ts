import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startRegistry, type TokenOptions } from '@kitwright/testkit';
import { storeCredential } from './credentials/findCredential.ts';
import { blobOf, bytesOf, contentOf, openTest, readAll } from './testing/openTest.ts';

const bytes = bytesOf(10_000);
const blob = blobOf(bytes);
const user = { username: 'ann', password: 'p:w' };

/** Token services with different answers. */
const services: Readonly<Record<string, TokenOptions>> = {
  'an empty access_token beside the token': { answer: (token) => ({ access_token: '', token }) },
  'access_token null beside the token': { answer: (token) => ({ access_token: null, token }) },
  'an empty token beside the access_token': { answer: (token) => ({ access_token: token, token: '' }) },
  'token null beside the access_token': { answer: (token) => ({ access_token: token, token: null }) },
  'access_token alone': { answer: (token) => ({ access_token: token }) },
  'a number as token beside a good one': { answer: (token) => ({ access_token: 5, token }) },
  'expires_in as text': { expiresIn: '300' },
  'expires_in null': { expiresIn: null },
  'expires_in without a number': { expiresIn: 'soon' },
  'a challenge without a scope': { challenge: () => undefined },
  'a challenge without a scope, for tokens that are soon used up': { challenge: () => undefined, uses: 2 },
  'another name, and tokens that are soon used up': { nameOf: (repository) => `proxy/${repository}`, uses: 2 },
  'a challenge with an empty scope': { challenge: () => '' },
  'a repository that a proxy has given another name': { nameOf: (repository) => `proxy/${repository}` },
  'a name without its first part': { nameOf: (repository) => repository.replace(/^[^/]*\//, '') },
  'an opaque scope': { challenge: () => 'aws', grant: (asked) => (asked.includes('aws') ? asked : []) },
  'an opaque scope beside the needed one': { challenge: (needed) => `${needed} aws` },
  'one that reads the first scope only': { grant: (asked) => asked.slice(0, 1) },
  'one that reads the last scope only': { grant: (asked) => asked.slice(-1) },
  'one that reads the last scope only, and knows the repository by another name': {
    nameOf: (repository) => `proxy/${repository}`,
    grant: (asked) => asked.slice(-1),
  },
  'one that reads the first scope only, and knows the repository by another name': {
    nameOf: (repository) => `proxy/${repository}`,
    grant: (asked) => asked.slice(0, 1),
  },
  'one that refuses every name but that of the challenge': {
    nameOf: (repository) => `proxy/${repository}`,
    grant: (asked) => (asked.every((scope) => scope.startsWith('repository:proxy/')) ? asked : undefined),
  },
};

for (const [what, tokens] of Object.entries(services))
  test(`${what}: pushed and pulled`, async () => {
    await using registry = await startRegistry({ auth: { scheme: 'bearer', ...user, tokens } });
    await using repository = openTest(registry);
    await storeCredential(registry.host, user, repository.options);
    await repository.target.push(blob, contentOf(bytes));
    assert.deepEqual(await readAll(repository.target.fetch(blob)), bytes);
  });

for (const answer of [{}, { token: '' }, { token: null, access_token: '' }, { token: 5 }])
  test(`${JSON.stringify(answer)} holds no token`, async () => {
    await using registry = await startRegistry({
      auth: { scheme: 'bearer', ...user, tokens: { answer: () => answer } },
    });
    await using repository = openTest(registry);
    await storeCredential(registry.host, user, repository.options);
    await assert.rejects(repository.target.exists(blob), { code: 'remote-malformed', message: /without a token/ });
  });

test('requests at the same time share a token', async () => {
  await using registry = await startRegistry({ auth: { scheme: 'bearer', ...user, tokens: { expiresIn: 300 } } });
  await using repository = openTest(registry);
  await storeCredential(registry.host, user, repository.options);
  await Promise.all(Array.from({ length: 8 }, (_, i) => repository.target.exists(blobOf(bytesOf(i)))));
  assert.equal(registry.requests.filter(({ path }) => path.startsWith('/token')).length, 1);
});

test('a challenge from the target of a redirect gets no token and no secret', async () => {
  await using elsewhere = await startRegistry({ auth: { scheme: 'bearer', ...user } });
  await using registry = await startRegistry({ auth: { scheme: 'bearer', ...user } });
  await using repository = openTest(registry);
  await storeCredential(registry.host, user, repository.options);
  registry.faults.push({
    method: 'GET',
    path: /blobs/,
    action: {
      kind: 'status',
      status: 307,
      headers: { location: `http://${elsewhere.host}/v2/team/kit/blobs/${blob.digest}` },
    },
  });
  await assert.rejects(readAll(repository.target.fetch(blob)), { code: 'unauthorized' });
  assert.ok(elsewhere.requests.length > 0);
  assert.ok(elsewhere.requests.every(({ path, headers }) => !path.startsWith('/token') && !headers['authorization']));
});
