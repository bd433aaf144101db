import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AuthOptions, type RegistryOptions, startRegistry } from '@kitwright/testkit';
import { findCredential } from './credentials/findCredential.ts';
import { login } from './login.ts';
import { openTest } from './testing/openTest.ts';

const user = { username: 'ann', password: 'p:w' };
const wrong = { username: 'ann', password: 'wrong' };
const [basic, bearer] = [{ scheme: 'basic', ...user } as const, { scheme: 'bearer', ...user } as const];
/** A token without any rights: the account may not do what is requested. */
const withoutRights = { grant: () => [] };

/** Registries that require a login for something, and registries that accept any. */
const checking: Readonly<Record<string, AuthOptions>> = {
  basic,
  bearer,
  'basic behind an open ping': { ...basic, openPing: 'always' },
  'bearer behind an open ping': { ...bearer, openPing: 'always' },
  'bearer behind an open ping, with tokens for everybody': {
    ...bearer,
    openPing: 'always',
    tokens: { trusts: 'anonymous' },
  },
  'bearer behind an open ping, for an account without rights': { ...bearer, openPing: 'always', tokens: withoutRights },
  'basic that checks credentials without asking for them': { ...basic, openPing: 'withoutCredentials' },
};

for (const [what, auth] of Object.entries(checking))
  test(`${what}: the right password is verified and stored, a wrong one refused`, async () => {
    await using registry = await startRegistry({ auth });
    await using repository = openTest(registry);
    await assert.rejects(login(registry.host, wrong, repository.options), { code: 'unauthorized' });
    assert.equal(await findCredential(registry.host, '', repository.options), undefined);
    assert.equal(await login(registry.host, user, repository.options), true);
    assert.deepEqual(await findCredential(registry.host, '', repository.options), user);
  });

const taking: Readonly<Record<string, RegistryOptions>> = {
  'no login at all': {},
  'a token service that checks no password': {
    auth: { ...bearer, openPing: 'always', tokens: { trusts: 'everybody' } },
  },
};

for (const [what, options] of Object.entries(taking))
  test(`${what}: a password is stored, and reported as not verified`, async () => {
    await using registry = await startRegistry(options);
    await using repository = openTest(registry);
    assert.equal(await login(registry.host, wrong, repository.options), false);
    assert.deepEqual(await findCredential(registry.host, '', repository.options), wrong);
    assert.equal(await login(registry.host, { refreshToken: 'any' }, repository.options), false);
  });

test('a refresh token is verified behind an open ping', async () => {
  await using registry = await startRegistry({ auth: { ...bearer, openPing: 'always' } });
  await using repository = openTest(registry);
  await assert.rejects(login(registry.host, { refreshToken: 'no' }, repository.options), { code: 'unauthorized' });
  assert.equal(await login(registry.host, { refreshToken: user.password }, repository.options), true);
});

test('if the ping asks for credentials, no other request and no invented name is sent', async () => {
  await using registry = await startRegistry({ auth: bearer });
  await using repository = openTest(registry);
  await login(registry.host, user, repository.options);
  assert.deepEqual(
    registry.requests.map(({ path }) => path.replace(/\?.*/, '')),
    ['/v2/', '/token', '/v2/'],
  );
});
