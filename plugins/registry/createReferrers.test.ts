import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { bytesOf, openTest, seedKit } from './testing/openTest.ts';

const refusals: readonly (readonly [status: number, headers: Readonly<Record<string, string>>, body: string])[] = [
  [400, {}, ''],
  [401, {}, ''],
  [403, {}, '{"errors":[{"code":"DENIED"}]}'],
  [404, {}, 'not found'],
  [405, {}, ''],
  [501, {}, ''],
  [200, { 'content-type': 'text/html' }, '<html>Welcome</html>'],
  [200, {}, ''],
  [200, { 'content-type': 'application/json' }, 'no JSON'],
];

for (const [status, headers, body] of refusals)
  test(`a registry that answers ${status} ${headers['content-type'] ?? ''} has no API, and is asked once`, async () => {
    await using registry = await startRegistry();
    registry.faults.push({ method: 'GET', path: /referrers/, action: { kind: 'status', status, headers, body } });
    const subject = seedKit(registry, bytesOf(10));
    await using repository = openTest(registry);
    for (let i = 0; i < 3; i++) assert.deepEqual(await Array.fromAsync(repository.target.referrers(subject)), []);
    assert.equal(registry.requests.filter(({ path }) => path.includes('/referrers/')).length, 1);
  });

test('a registry that fails is asked again, and its failure is not taken for an empty list', async () => {
  await using registry = await startRegistry();
  registry.faults.push({ method: 'GET', path: /referrers/, action: { kind: 'status', status: 503 } });
  const subject = seedKit(registry, bytesOf(10));
  await using repository = openTest(registry);
  await assert.rejects(Array.fromAsync(repository.target.referrers(subject)), {
    code: 'remote-refused',
    hint: /--referrers none/,
  });
  registry.faults.length = 0;
  assert.deepEqual(await Array.fromAsync(repository.target.referrers(subject)), []);
});

test('an entry that is no descriptor is left out, and a type is chosen', async () => {
  await using registry = await startRegistry();
  const subject = seedKit(registry, bytesOf(10));
  const [first, second] = ['a/b', 'a/c'].map((artifactType) => ({ ...subject, artifactType }));
  const body = JSON.stringify({ schemaVersion: 2, manifests: [first, { digest: 'x' }, second] });
  const headers = { 'content-type': 'application/vnd.oci.image.index.v1+json' };
  registry.faults.push({ method: 'GET', path: /referrers/, action: { kind: 'status', status: 200, headers, body } });
  await using repository = openTest(registry);
  assert.deepEqual(await Array.fromAsync(repository.target.referrers(subject)), [first, second]);
  assert.deepEqual(await Array.fromAsync(repository.target.referrers(subject, 'a/c')), [second]);
});
