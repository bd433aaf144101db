import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { eraseCredential, findCredential, storeCredential } from './credentials/findCredential.ts';
import { login } from './login.ts';
import { blobOf, bytesOf, contentOf, openTest, readAll, seedKit } from './testing/openTest.ts';

const bytes = bytesOf(5_000_000);
const blob = blobOf(bytes);
const user = { username: 'ann', password: 'p:w' };

for (const scheme of ['basic', 'bearer'] as const) {
  test(`${scheme}: a login that works is stored, one that fails is not`, async () => {
    await using registry = await startRegistry({ auth: { scheme, ...user } });
    await using repository = openTest(registry);
    await assert.rejects(login(registry.host, { ...user, password: 'wrong' }, repository.options), {
      code: 'unauthorized',
    });
    assert.equal(await findCredential(registry.host, '', repository.options), undefined);
    await login(registry.host, user, repository.options);
    assert.deepEqual(await findCredential(registry.host, 'any', repository.options), user);
    await repository.target.push(blob, contentOf(bytes));
    assert.deepEqual(await readAll(repository.target.fetch(blob)), bytes);
  });
}

test('a refresh token is exchanged by POST', async () => {
  await using registry = await startRegistry({ auth: { scheme: 'bearer', ...user } });
  await using repository = openTest(registry);
  await login(registry.host, { refreshToken: user.password }, repository.options);
  await repository.target.push(blob, contentOf(bytes));
  assert.ok(registry.requests.some(({ method, path }) => method === 'POST' && path === '/token'));
});

test('a token that is used up in the middle of a push is renewed', async () => {
  await using registry = await startRegistry({ auth: { scheme: 'bearer', ...user, tokens: { uses: 2 } } });
  await using repository = openTest(registry);
  await storeCredential(registry.host, user, repository.options);
  await repository.target.push(blob, contentOf(bytes));
  assert.deepEqual(registry.content.blobs.get(blob.digest), bytes);
});

test('one token serves for all requests of a push', async () => {
  await using registry = await startRegistry({ auth: { scheme: 'bearer', ...user, tokens: { expiresIn: 300 } } });
  await using repository = openTest(registry);
  await storeCredential(registry.host, user, repository.options);
  await repository.target.push(blob, contentOf(bytes));
  await repository.target.exists(blob);
  assert.equal(registry.requests.filter(({ path }) => path.startsWith('/token')).length, 1);
});

test('without credentials the error says how to log in', async () => {
  await using registry = await startRegistry({ auth: { scheme: 'basic', ...user } });
  seedKit(registry, bytes);
  await using repository = openTest(registry);
  await assert.rejects(repository.target.resolve(`${registry.host}/team/kit`, 'v1'), {
    code: 'unauthorized',
    hint: `Log in with "kitwright login ${registry.host}".`,
  });
});

test('a token service at another host without encryption gets no secrets', async () => {
  await using registry = await startRegistry();
  await using repository = openTest(registry);
  await storeCredential(registry.host, user, repository.options);
  const challenge = 'Bearer realm="http://tokens.example.com/token",service="x"';
  registry.faults.push({
    method: 'HEAD',
    path: /./,
    action: { kind: 'status', status: 401, headers: { 'www-authenticate': challenge } },
  });
  await assert.rejects(repository.target.exists(blob), { code: 'unauthorized', message: /without encryption/ });
});

test('the file of credentials is private, and logout leaves the others', async () => {
  await using registry = await startRegistry();
  await using repository = openTest(registry);
  const { options } = repository;
  await storeCredential('a.example.com', user, options);
  await storeCredential('b.example.com', { refreshToken: 't' }, options);
  const path = join(options.home, 'credentials.json');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(await eraseCredential('a.example.com', options), true);
  assert.equal(await eraseCredential('a.example.com', options), false);
  assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), { auths: { 'b.example.com': { identitytoken: 't' } } });
});

test('files of Docker and Podman are read; an entry for a path takes precedence over its host', async () => {
  await using registry = await startRegistry();
  await using repository = openTest(registry);
  const path = join(repository.options.home, 'auth.json');
  const auth = (name: string) => ({ auth: Buffer.from(`${name}:x:y`).toString('base64') });
  const auths = {
    'r.example.com': auth('host'),
    'r.example.com/team': auth('team'),
    'https://index.docker.io/v1/': auth('hub'),
  };
  writeFileSync(path, JSON.stringify({ auths }));
  const options = { ...repository.options, env: { ...repository.options.env, REGISTRY_AUTH_FILE: path } };
  const found = (host: string, name: string) => findCredential(host, name, options);
  assert.deepEqual(await found('r.example.com', 'team/kit'), { username: 'team', password: 'x:y' });
  assert.deepEqual(await found('r.example.com', 'teams/kit'), { username: 'host', password: 'x:y' });
  assert.deepEqual(await found('docker.io', 'a/b'), { username: 'hub', password: 'x:y' });
  assert.equal(await found('other.example.com', 'team/kit'), undefined);
});

test('an invalid JSON file is named, but its text is not shown', async () => {
  await using registry = await startRegistry();
  await using repository = openTest(registry);
  writeFileSync(join(repository.options.home, 'credentials.json'), '{"auths": secret');
  await assert.rejects(findCredential('a', 'b', repository.options), (error: Error) => {
    assert.match(error.message, /credentials\.json: it is not JSON/);
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});
