import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startRegistry, type TestRegistry } from '@kitwright/testkit';
import { blobOf, bytesOf, contentOf, openTest, readAll } from '../testing/openTest.ts';
import { startServer } from '../testing/startServer.ts';

const size = 9 * 1024 * 1024;
const bytes = bytesOf(size);
const blob = blobOf(bytes);

test('after a cut the upload resumes at the offset of the registry', async () => {
  await using registry = await startRegistry();
  await using repository = openTest(registry);
  registry.faults.push({
    method: 'PUT',
    path: /uploads/,
    times: 1,
    action: { kind: 'cut', afterBodyBytes: 5_000_000 },
  });
  const opened: number[] = [];
  await repository.target.push(blob, contentOf(bytes, opened));
  assert.deepEqual(opened, [0, 5_000_000]);
  assert.deepEqual(registry.content.blobs.get(blob.digest), bytes);
});

test('another process resumes an upload after a crash', async () => {
  await using registry = await startRegistry();
  await using first = openTest(registry);
  registry.faults.push({
    method: 'PUT',
    path: /uploads/,
    times: 1,
    action: { kind: 'cut', afterBodyBytes: 6_000_000 },
  });
  const stop = new AbortController();
  await using dying = openTest(registry, {
    ...first.options,
    signal: stop.signal,
    wait: async () => {
      stop.abort(new Error('killed'));
      stop.signal.throwIfAborted();
    },
  });
  await assert.rejects(dying.target.push(blob, contentOf(bytes)), /killed/);
  await using second = openTest(registry, { ...first.options, home: first.options.home });
  const opened: number[] = [];
  await second.target.push(blob, contentOf(bytes, opened));
  assert.deepEqual(opened, [6_000_000]);
});

test('an upload that the registry dropped starts again', async () => {
  await using registry = await startRegistry();
  await using repository = openTest(registry);
  registry.faults.push(
    { method: 'PUT', path: /uploads/, times: 1, action: { kind: 'cut', afterBodyBytes: 5_000_000 } },
    { method: 'GET', path: /uploads/, times: 1, action: { kind: 'status', status: 404 } },
  );
  await repository.target.push(blob, contentOf(bytes));
  assert.deepEqual(registry.content.blobs.get(blob.digest), bytes);
});

test('a blob of one part is sent with its commit', async () => {
  await using registry = await startRegistry();
  await using repository = openTest(registry);
  await repository.target.push(blob, contentOf(bytes));
  const methods = registry.requests.map(({ method }) => method).filter((method) => method !== 'GET');
  assert.deepEqual(methods, ['POST', 'PUT']);
  assert.deepEqual(registry.content.blobs.get(blob.digest), bytes);
});

test('a registry that takes a blob in parts only gets it in parts', async () => {
  await using registry = await startRegistry();
  await using repository = openTest(registry);
  registry.faults.push({ method: 'PUT', path: /uploads/, times: 1, action: { kind: 'status', status: 413 } });
  await repository.target.push(blob, contentOf(bytes));
  assert.deepEqual(registry.content.blobs.get(blob.digest), bytes);
  assert.equal(registry.requests.filter(({ method }) => method === 'PATCH').length, 1);
});

test('a blob that came is not sent again where the answer was lost', async () => {
  await using registry = await startRegistry();
  await using repository = openTest(registry);
  registry.faults.push({ method: 'PUT', path: /uploads/, times: 1, action: { kind: 'cut', afterBodyBytes: size } });
  registry.faults.push({ method: 'GET', path: /uploads/, times: 1, action: { kind: 'status', status: 404 } });
  registry.content.blobs.set(blob.digest, bytes);
  registry.content.links.add(`${repository.target.repository} ${blob.digest}`);
  const opened: number[] = [];
  await repository.target.push(blob, contentOf(bytes, opened));
  assert.deepEqual(opened, [0]);
});

test('a busy registry is retried after the time it asks for', async () => {
  await using registry = await startRegistry();
  await using repository = openTest(registry);
  registry.faults.push({
    method: 'POST',
    path: /uploads/,
    times: 2,
    action: { kind: 'status', status: 429, headers: { 'retry-after': '7' } },
  });
  await repository.target.push(blob, contentOf(bytes));
  assert.deepEqual(repository.pauses, [7000, 7000]);
});

test('after several tries without progress the upload fails and names the registry', async () => {
  await using registry = await startRegistry();
  await using repository = openTest(registry);
  for (const method of ['PUT', 'PATCH']) registry.faults.push({ method, path: /uploads/, action: { kind: 'cut' } });
  await assert.rejects(repository.target.push(blob, contentOf(bytes)), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'network-failed');
    assert.match(error.message, new RegExp(registry.host));
    return true;
  });
});

/** A registry that takes `taken` bytes of each part, whatever it is sent. */
const stingy = async (taken: (before: number) => number) => {
  let [received, offset] = [0, 0];
  const server = await startServer((request, response) => {
    request.on('data', (block: Buffer) => {
      received += block.byteLength;
    });
    request.on('end', () => {
      if (request.method === 'PATCH') offset = taken(offset);
      response.writeHead(request.method === 'GET' ? 204 : 202, { location: '/v2/up', range: `0-${offset - 1}` }).end();
    });
  });
  const options = { host: new URL(server.url).host } as TestRegistry;
  return { options, received: () => received, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
};

test('a registry that takes nothing of what it is sent is given up', { timeout: 30_000 }, async () => {
  await using registry = await stingy(() => 6);
  await using repository = openTest(registry.options);
  await assert.rejects(repository.target.push(blob, contentOf(bytes)), { code: 'network-failed' });
  assert.ok(registry.received() < 20 * size, String(registry.received()));
});

test('a registry that takes some bytes of each part is not sent the rest for ever', { timeout: 30_000 }, async () => {
  await using registry = await stingy((before) => before + 100);
  await using repository = openTest(registry.options);
  await assert.rejects(repository.target.push(blob, contentOf(bytes)), { code: 'remote-malformed' });
  assert.ok(registry.received() < 20 * size, String(registry.received()));
});

/** On this machine; it has all blobs. */
const store = { name: 'store', locate: () => [] } as never;

test('a blob that another repository has is mounted, not uploaded', async () => {
  await using registry = await startRegistry();
  await using other = openTest(registry, {}, { repository: 'team/other' });
  await other.target.push(blob, contentOf(bytes));
  await using repository = openTest(registry, { knownRepositories: () => ['team/other'] });
  assert.equal(await repository.target.mount(blob, store), true);
  assert.equal(await repository.target.exists(blob), true);
});

test('the upload that a refused mount opened is used', async () => {
  await using registry = await startRegistry({ mounts: false });
  await using repository = openTest(registry, { knownRepositories: () => ['team/other'] });
  assert.equal(await repository.target.mount(blob, store), false);
  await repository.target.push(blob, contentOf(bytes));
  assert.equal(registry.requests.filter(({ method }) => method === 'POST').length, 1);
  assert.deepEqual(await readAll(repository.target.fetch(blob)), bytes);
});

test('a refusal is reported with the message of the registry', async () => {
  await using registry = await startRegistry();
  await using repository = openTest(registry);
  const body = JSON.stringify({ errors: [{ code: 'DENIED', message: 'quota is exceeded' }] });
  registry.faults.push({ method: 'POST', path: /uploads/, action: { kind: 'status', status: 403, body } });
  await assert.rejects(repository.target.push(blob, contentOf(bytes)), {
    code: 'unauthorized',
    message: `${registry.host} refused to take an upload: DENIED: quota is exceeded.`,
  });
});
