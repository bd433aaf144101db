import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FaultAction, startRegistry } from '@kitwright/testkit';
import { bytesOf, openTest, seedKit } from './testing/openTest.ts';

const layer = bytesOf(100);

const resolving = async (action: FaultAction, expected: object): Promise<void> => {
  await using registry = await startRegistry();
  seedKit(registry, layer);
  registry.faults.push({ method: 'GET', path: /manifests/, action });
  await using repository = openTest(registry);
  await assert.rejects(repository.target.resolve(`${registry.host}/team/kit`, 'v1'), expected);
};

const json = (body: string): FaultAction => ({ kind: 'status', status: 200, body });

test('a manifest of more than 4 MiB is not read to its end', () =>
  resolving(json('x'.repeat(5 * 1024 * 1024)), { code: 'remote-malformed', message: /more than 4194304 bytes/ }));

test('a manifest with another digest than its header says is refused', () =>
  resolving(
    { kind: 'headers', headers: { 'docker-content-digest': `sha256:${'0'.repeat(64)}` } },
    { code: 'descriptor-mismatch' },
  ));

test('digests of another algorithm are reported as such', () =>
  resolving(
    { kind: 'headers', headers: { 'docker-content-digest': `sha512:${'0'.repeat(128)}` } },
    { code: 'remote-malformed', message: /sha512/ },
  ));

test('a manifest with a changed byte is refused', () =>
  resolving({ kind: 'corrupt' }, { code: 'descriptor-mismatch' }));

test('pages of tags in a circle end', async () => {
  await using registry = await startRegistry({ pageSize: 1 });
  for (const tag of ['a', 'b', 'c']) seedKit(registry, layer, 'team/kit', tag);
  await using repository = openTest(registry);
  assert.deepEqual(await Array.fromAsync(repository.target.tags()), ['a', 'b', 'c']);
  registry.faults.push({
    method: 'GET',
    path: /tags/,
    action: { kind: 'headers', headers: { link: '</v2/team/kit/tags/list?last=a>; rel="next"' } },
  });
  await assert.rejects(Array.fromAsync(repository.target.tags()), {
    code: 'remote-malformed',
    message: /pages without an end/,
  });
});

for (const link of [
  'http://evil.example.com/v2/team/kit/tags/list?last=v1',
  // Paths that begin with two slashes, as an address without its scheme does.
  'http://evil.example.com//evil.example.com/tags',
  '/.//evil.example.com/tags',
])
  test(`the next page is never at another host: ${link}`, async () => {
    await using registry = await startRegistry();
    seedKit(registry, layer);
    const headers = { link: `<${link}>; rel="next"` };
    registry.faults.push({ method: 'GET', path: /tags/, times: 1, action: { kind: 'headers', headers } });
    await using repository = openTest(registry);
    assert.deepEqual(await Array.fromAsync(repository.target.tags()), ['v1']);
    assert.equal(registry.requests.filter(({ method }) => method === 'GET').length, 2);
  });

test('control characters in a refusal are kept as text for the terminal to escape', async () => {
  await using registry = await startRegistry();
  const body = JSON.stringify({ errors: [{ code: 'X', message: `a${'\u001b'}[31mb${'c'.repeat(1000)}` }] });
  registry.faults.push({ method: 'GET', path: /manifests/, action: { kind: 'status', status: 500, body } });
  await using repository = openTest(registry);
  await assert.rejects(repository.target.resolve(`${registry.host}/team/kit`, 'v1'), (error: Error) => {
    assert.ok(error.message.length < 500);
    return true;
  });
});

test('a host that asks to retry after hours is not waited for', async () => {
  await using registry = await startRegistry();
  registry.faults.push({
    method: 'GET',
    path: /manifests/,
    action: { kind: 'status', status: 429, headers: { 'retry-after': '36000' } },
  });
  await using repository = openTest(registry);
  await assert.rejects(repository.target.resolve(`${registry.host}/team/kit`, 'v1'), { code: 'remote-refused' });
  assert.deepEqual(repository.pauses, []);
});

test('a registry that does not allow deletion is explained', async () => {
  await using registry = await startRegistry();
  const descriptor = seedKit(registry, layer);
  registry.faults.push({ method: 'DELETE', path: /./, action: { kind: 'status', status: 405 } });
  await using repository = openTest(registry, {}, { access: 'delete' });
  await assert.rejects(repository.target.delete(descriptor), { code: 'remote-refused', hint: /allow deletion/ });
  await assert.rejects(repository.target.untag('v1'), { code: 'remote-refused', hint: /single tags/ });
});

test('a registry that does not answer gives an error that names it', async () => {
  await using registry = await startRegistry();
  registry.faults.push({ method: 'GET', path: /manifests/, action: { kind: 'silence' } });
  await using repository = openTest(registry, { stallTimeout: 20 });
  await assert.rejects(repository.target.resolve(`${registry.host}/team/kit`, 'v1'), {
    code: 'network-failed',
    message: /it did not answer in time/,
  });
  assert.equal(repository.pauses.length, 5);
});

for (const tag of ['../../x', 'a\nb', '', 7])
  test(`${JSON.stringify(tag)} in a list of tags is refused`, async () => {
    await using registry = await startRegistry();
    registry.faults.push({ method: 'GET', path: /tags/, action: json(JSON.stringify({ tags: ['v1', tag] })) });
    await using repository = openTest(registry);
    await assert.rejects(Array.fromAsync(repository.target.tags()), { code: 'remote-malformed' });
  });

test('an answer that is nested too deeply is refused before it is parsed', async () => {
  await using registry = await startRegistry();
  registry.faults.push({
    method: 'GET',
    path: /tags/,
    action: json(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`),
  });
  await using repository = openTest(registry);
  await assert.rejects(Array.fromAsync(repository.target.tags()), { code: 'remote-malformed' });
});
