import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FamilyName, startRegistry, type TestRegistry, type TokenOptions } from '@kitwright/testkit';
import { storeCredential } from './credentials/findCredential.ts';
import { mountBlob } from './mountBlob.ts';
import type { Repository } from './Repository.ts';
import { blobOf, bytesOf, contentOf, openTest } from './testing/openTest.ts';

const blobs = [1000, 2000, 3000].map((size) => bytesOf(size));
const user = { username: 'ann', password: 'p:w' };
/** A store on this machine, which has all blobs. */
const source = { name: 'store', locate: () => [] } as never;

/** Tries to mount each blob from another repository, and uploads the others. Returns the mounted ones. */
async function pushAll(registry: TestRegistry): Promise<readonly boolean[]> {
  const knownRepositories = () => ['elsewhere/kit'];
  await using repository = openTest(registry, { knownRepositories });
  await storeCredential(registry.host, user, repository.options);
  const mounted: boolean[] = [];
  for (const bytes of blobs) {
    const isMounted = await repository.target.mount(blobOf(bytes), source);
    if (!isMounted) await repository.target.push(blobOf(bytes), contentOf(bytes));
    assert.equal(await repository.target.exists(blobOf(bytes)), true);
    mounted.push(isMounted);
  }
  return mounted;
}

const mounts = ({ requests }: TestRegistry) => requests.filter(({ path }) => path.includes('mount=')).length;

/** The account may not read `elsewhere`. */
const onlyTeam = (asked: readonly string[]) => asked.filter((scope) => scope.startsWith('repository:team/'));

const refusing: Readonly<Record<string, TokenOptions>> = {
  'refuses such a token with 403': {
    grant: (asked) => (onlyTeam(asked).length === asked.length ? asked : undefined),
  },
  'gives a token for the rest of it': { grant: onlyTeam },
  'reads the first scope only': { grant: (asked) => asked.slice(0, 1) },
  'reads the last scope only': { grant: (asked) => onlyTeam(asked.slice(-1)) },
};

for (const [what, tokens] of Object.entries(refusing))
  test(`a token service ${what}: the blobs are uploaded, and one mount was tried`, async () => {
    await using registry = await startRegistry({ auth: { scheme: 'bearer', ...user, tokens } });
    assert.deepEqual(await pushAll(registry), [false, false, false]);
    assert.ok(mounts(registry) <= 3, String(mounts(registry)));
  });

for (const status of [400, 401, 403, 404, 405])
  test(`a mount that is answered ${status}: the blobs are uploaded`, async () => {
    await using registry = await startRegistry();
    registry.faults.push({ method: 'POST', path: /mount=/, action: { kind: 'status', status } });
    assert.deepEqual(await pushAll(registry), [false, false, false]);
  });

for (const family of ['Harbor', 'GitLab', 'Artifactory', 'ECR public', 'zot'] satisfies readonly FamilyName[])
  test(`${family}: a blob that cannot be mounted is uploaded`, async () => {
    await using registry = await startRegistry({ family, auth: { scheme: 'bearer', ...user } });
    assert.deepEqual(await pushAll(registry), [false, false, false]);
  });

test('a blob that may be read is mounted, also with tokens', async () => {
  await using registry = await startRegistry({ auth: { scheme: 'bearer', ...user } });
  await using other = openTest(registry, {}, { repository: 'elsewhere/kit' });
  await storeCredential(registry.host, user, other.options);
  for (const bytes of blobs) await other.target.push(blobOf(bytes), contentOf(bytes));
  assert.deepEqual(await pushAll(registry), [true, true, true]);
});

test('a blob that is not here is mounted from no repository that its kit did not name', async () => {
  await using registry = await startRegistry();
  await using repository = openTest(registry, { knownRepositories: () => ['elsewhere/kit'] });
  for (const other of [{ name: 'elsewhere' }, { name: 'layout', locate: () => undefined }])
    for (const bytes of blobs) assert.equal(await repository.target.mount(blobOf(bytes), other as never), false);
  assert.equal(mounts(registry), 0);
});

test('other failures of a mount are errors', async () => {
  await using registry = await startRegistry();
  registry.faults.push({ method: 'POST', path: /mount=/, action: { kind: 'cut' } });
  await assert.rejects(pushAll(registry), { code: 'network-failed' });
});

test('a refused mount leads to no upload without encryption', async () => {
  const answer = { status: 202, header: () => 'http://elsewhere.example.com/upload', discard: async () => {} };
  const repository = {
    client: { origin: new URL('https://r.example.com'), send: async () => answer },
    scopes: () => [],
    at: (endpoint: string) => new URL(`https://r.example.com/v2/team/kit/${endpoint}`),
  } as unknown as Repository;
  await assert.rejects(mountBlob(repository, blobOf(bytesOf(10)), 'other/kit'), {
    code: 'remote-malformed',
    message: /without encryption/,
  });
});
