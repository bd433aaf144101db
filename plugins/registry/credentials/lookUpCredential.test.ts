import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import type { RegistryOptions } from '../RegistryOptions.ts';
import { blobOf, bytesOf, contentOf, openTest, readAll } from '../testing/openTest.ts';
import { withHelpers } from '../testing/withHelpers.ts';
import { findCredential, storeCredential } from './findCredential.ts';
import { lookUpCredential } from './lookUpCredential.ts';
import { runHelper } from './runHelper.ts';

const bytes = bytesOf(1000);
const blob = blobOf(bytes);
const user = { username: 'ann', password: 'p:w' };
const knows = `echo '{"Username":"ann","Secret":"p:w"}'`;
const auth = (text: string) => ({ auth: Buffer.from(text).toString('base64') });

const optionsOf = (folder: string, env: RegistryOptions['env']): RegistryOptions => ({
  home: join(folder, 'home'),
  env,
  userAgent: 'test',
  signal: new AbortController().signal,
});

/** Reasons why a helper does not answer, and the message for each. */
const broken: Readonly<Record<string, readonly [config: unknown, reason: RegExp]>> = {
  'that is not installed': [{ credsStore: 'gone' }, /docker-credential-gone failed: it is not installed/],
  'that ends with a failure': [{ credsStore: 'sick' }, /sick failed: it ended with status 1 \(no backend\)/],
  'that does not answer JSON': [{ credsStore: 'odd' }, /odd failed: its answer is not JSON/],
  'that answers without end': [{ credsStore: 'long' }, /long failed: its answer is too long/],
  'with an invalid name': [{ credsStore: '../x' }, /this is not a valid helper name/],
  'in a config that is not JSON': ['{', /config\.json: it is not JSON/],
};
const scripts = {
  sick: 'echo "no backend"; exit 1',
  odd: 'echo hello',
  long: 'exec yes',
  knows,
  none: 'echo "credentials not found in native keychain"; exit 1',
};

for (const [what, [config, reason]] of Object.entries(broken)) {
  test(`a helper ${what}: it does not run if no login is needed`, async () => {
    await using registry = await startRegistry();
    using folder = temporaryFolder();
    const helpers = withHelpers(folder.path, scripts, config);
    await using repository = openTest(registry, { env: helpers.env });
    await repository.target.push(blob, contentOf(bytes));
    assert.deepEqual(helpers.calls(), []);
  });

  test(`a helper ${what}: it is not needed for an anonymous token`, async () => {
    await using registry = await startRegistry({
      auth: { scheme: 'bearer', ...user, tokens: { trusts: 'anonymous' } },
    });
    using folder = temporaryFolder();
    await using repository = openTest(registry, { env: withHelpers(folder.path, scripts, config).env });
    await repository.target.push(blob, contentOf(bytes));
    assert.deepEqual(await readAll(repository.target.fetch(blob)), bytes);
  });

  for (const scheme of ['basic', 'bearer'] as const)
    test(`a helper ${what}: the error has the reason if ${scheme} credentials are needed`, async () => {
      await using registry = await startRegistry({ auth: { scheme, ...user } });
      using folder = temporaryFolder();
      await using repository = openTest(registry, { env: withHelpers(folder.path, scripts, config).env });
      await assert.rejects(repository.target.exists(blob), { code: 'unauthorized', message: reason });
      assert.deepEqual(repository.pauses, []);
    });
}

test('a token without rights: the error says why there is no better one', async () => {
  const tokens = { trusts: 'anonymous', grant: () => [] } as const;
  await using registry = await startRegistry({ auth: { scheme: 'bearer', ...user, tokens } });
  using folder = temporaryFolder();
  await using repository = openTest(registry, {
    env: withHelpers(folder.path, scripts, { credsStore: 'gone' }).env,
  });
  await assert.rejects(repository.target.exists(blob), { message: /docker-credential-gone failed/ });
});

const helped: Readonly<Record<string, (host: string) => unknown>> = {
  'the helper knows': () => ({ credsStore: 'knows' }),
  'the helper for this host takes precedence over the other': (host) => ({
    credHelpers: { [host]: 'knows' },
    credsStore: 'sick',
  }),
  'an entry in addition to a helper that fails': (host) => ({ credsStore: 'sick', auths: { [host]: auth('ann:p:w') } }),
  'an entry in addition to a helper without credentials': (host) => ({
    credsStore: 'none',
    auths: { [host]: auth('ann:p:w') },
  }),
  'an empty helper for this host means its entry': (host) => ({
    credsStore: 'sick',
    credHelpers: { [host]: '' },
    auths: { [host]: auth('ann:p:w') },
  }),
};

for (const [what, config] of Object.entries(helped))
  test(`${what}: it is accepted`, async () => {
    await using registry = await startRegistry({ auth: { scheme: 'basic', ...user } });
    using folder = temporaryFolder();
    await using repository = openTest(registry, {
      env: withHelpers(folder.path, scripts, config(registry.host)).env,
    });
    await repository.target.push(blob, contentOf(bytes));
  });

test('if one file fails, the next one is tried', async () => {
  using folder = temporaryFolder();
  const { env } = withHelpers(folder.path, scripts, { auths: { 'r.test': auth('ann:p:w') } });
  mkdirSync(join(folder.path, '.config', 'containers'), { recursive: true });
  writeFileSync(join(folder.path, '.config', 'containers', 'auth.json'), '{"credHelpers":{"r.test":"sick"}}');
  const options = optionsOf(folder.path, env);
  assert.deepEqual(await findCredential('r.test', '', options), user);
  await assert.rejects(
    findCredential('r.test:1', '', { ...options, env: { ...env, REGISTRY_AUTH_FILE: folder.path } }),
  );
});

test('a slow helper is not waited for if it may not be needed, and runs again if it is', async () => {
  using folder = temporaryFolder();
  const slowAtFirst = `[ -e '${folder.path}/asked' ] || { touch '${folder.path}/asked'; exec sleep 1000; }\n${knows}`;
  const helpers = withHelpers(folder.path, { slow: slowAtFirst, stuck: 'sleep 1000' }, { credsStore: 'slow' });
  const lookup = lookUpCredential('r.test', '', optionsOf(folder.path, helpers.env), { quick: 500, full: 30_000 });
  assert.equal(await lookup.ifQuick(), undefined);
  assert.deepEqual(await lookup.atLast(), user);
  assert.deepEqual(await lookup.atLast(), user);
  assert.deepEqual(helpers.calls(), ['get r.test', 'get r.test']);
});

test('a helper that never answers is ended, although its child holds its pipe', async () => {
  using folder = temporaryFolder();
  const { env } = withHelpers(folder.path, { stuck: 'sleep 5 & wait' }, {});
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  await assert.rejects(runHelper('stuck', 'get', 'r.test\n', env, 200), {
    code: 'unauthorized',
    message: /did not answer within 0\.2 s/,
  });
  await assert.rejects(runHelper('gone', 'get', 'r.test\n', env), { message: /it is not installed/ });
  assert.equal(timers(), before);
});

const padded: readonly (readonly [secret: string, used: string])[] = [
  ['p:w\0', 'p:w'],
  ['p:w\0\0\0', 'p:w'],
  ['p:w\n', 'p:w'],
  ['p:w\r\n', 'p:w'],
  ['\0p:w', 'p:w'],
  ['p\0w\n', 'p\0w'],
  [' p:w ', ' p:w '],
];

for (const [secret, used] of padded)
  test(`the stored password ${JSON.stringify(secret)} is ${JSON.stringify(used)}`, async () => {
    using folder = temporaryFolder();
    const stored: Readonly<Record<string, unknown>> = {
      auth: auth(`ann:${secret}`),
      fields: { username: 'ann', password: secret },
    };
    for (const entry of Object.values(stored)) {
      const { env } = withHelpers(folder.path, {}, { auths: { 'r.test': entry } });
      const found = await findCredential('r.test', '', optionsOf(folder.path, env));
      assert.deepEqual(found, { username: 'ann', password: used });
    }
    const answer = JSON.stringify({ Username: 'ann', Secret: secret }).replaceAll('\\', '\\\\');
    const { env } = withHelpers(folder.path, { pads: `printf '${answer}'` }, { credsStore: 'pads' });
    assert.deepEqual(await findCredential('r.test', '', optionsOf(folder.path, env)), {
      username: 'ann',
      password: used,
    });
  });

test('helpers get the old URL of Docker Hub', async () => {
  using folder = temporaryFolder();
  const config = { credHelpers: { 'https://index.docker.io/v1/': 'knows' } };
  const helpers = withHelpers(folder.path, scripts, config);
  const options = optionsOf(folder.path, helpers.env);
  assert.deepEqual(await findCredential('docker.io', 'a/b', options), user);
  mkdirSync(options.home);
  writeFileSync(join(options.home, 'credentials.json'), JSON.stringify({ credsStore: 'knows' }));
  await storeCredential('docker.io', user, options);
  assert.deepEqual(helpers.calls(), [
    'get https://index.docker.io/v1/',
    'store {"ServerURL":"https://index.docker.io/v1/","Username":"ann","Secret":"p:w"}',
  ]);
});
