import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { maxAttempts } from '@kitwright/core/plugin';
import { type FaultAction, startRegistry, type TestRegistry } from '@kitwright/testkit';
import { blobOf, bytesOf, openTest, readAll, readBlob, seedKit } from './testing/openTest.ts';

const withFault = async (
  action: FaultAction,
  times: number | undefined,
  run: (registry: TestRegistry, read: () => Promise<Buffer>, bytes: Buffer) => Promise<void>,
) => {
  // Short blobs use a normal connection, long ones a connection with reused memory.
  for (const size of [300_000, 9_000_000]) {
    const bytes = bytesOf(size);
    await using registry = await startRegistry();
    seedKit(registry, bytes);
    await using repository = openTest(registry);
    registry.faults.push({ method: 'GET', path: /blobs/, action, ...(times === undefined ? {} : { times }) });
    for (const read of [
      () => readBlob(repository.target, blobOf(bytes)),
      () => readAll(repository.target.fetch(blobOf(bytes))),
    ])
      await run(registry, read, bytes);
  }
};

const cutOnce = { method: 'GET', path: /blobs/, times: 1, action: { kind: 'truncate', bytes: 100_000 } } as const;

test('after a cut the download resumes after the last byte', () =>
  withFault({ kind: 'truncate', bytes: 100_000 }, 2, async (registry, read, bytes) => {
    const before = registry.requests.length;
    assert.ok((await read()).equals(bytes));
    const ranges = registry.requests.slice(before).map(({ headers }) => headers['range']);
    assert.equal(ranges[0], undefined);
    const rest = new RegExp(`^bytes=[1-9]\\d*-${bytes.byteLength - 1}$`);
    assert.ok(ranges.slice(1).every((range) => rest.test(String(range))));
  }));

test('an answer with the whole blob instead of a part is accepted', () =>
  withFault({ kind: 'whole' }, undefined, async (registry, read, bytes) => {
    registry.faults.unshift({ ...cutOnce });
    assert.ok((await read()).equals(bytes));
  }));

test('another part than requested is refused', () =>
  withFault(
    { kind: 'headers', headers: { 'content-range': 'bytes 0-299999/300000' } },
    undefined,
    async (registry, read) => {
      registry.faults.unshift({ ...cutOnce });
      await assert.rejects(read(), { code: 'remote-malformed' });
    },
  ));

test('an encoding that was not requested is refused', () =>
  withFault({ kind: 'headers', headers: { 'content-encoding': 'gzip' } }, undefined, async (_, read) =>
    assert.rejects(read(), { code: 'remote-malformed', message: /encoding/ }),
  ));

test('a download without any progress ends', () =>
  withFault({ kind: 'cut' }, undefined, async (registry, read) => {
    const before = registry.requests.length;
    await assert.rejects(read(), { code: 'network-failed' });
    assert.equal(registry.requests.length - before, maxAttempts);
  }));

test('redirects in a circle end', () =>
  withFault({ kind: 'status', status: 307, headers: { location: '/v2/x/blobs/y' } }, undefined, async (_, read) =>
    assert.rejects(read(), { code: 'remote-malformed', message: /redirected more than/ }),
  ));

test('a redirect to another host gets no credentials, and keeps the range', async () => {
  const bytes = bytesOf(300_000);
  const blob = blobOf(bytes);
  const seen: { readonly authorization: string | undefined; readonly range: string | undefined }[] = [];
  const storage = createServer((request, response) => {
    seen.push({ authorization: request.headers.authorization, range: request.headers.range });
    response.writeHead(206, { 'content-range': 'bytes 10-19/300000' }).end(bytes.subarray(10, 20));
  });
  const listening = Promise.withResolvers<void>();
  storage.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  try {
    await using registry = await startRegistry({ auth: { scheme: 'basic', username: 'u', password: 'p' } });
    seedKit(registry, bytes);
    await using repository = openTest(registry);
    const { storeCredential } = await import('./credentials/findCredential.ts');
    await storeCredential(registry.host, { username: 'u', password: 'p' }, repository.options);
    await repository.target.exists(blob);
    const location = `http://127.0.0.1:${(storage.address() as AddressInfo).port}/data?signature=secret`;
    registry.faults.push({
      method: 'GET',
      path: /blobs/,
      action: { kind: 'status', status: 307, headers: { location } },
    });
    assert.deepEqual(await readAll(repository.target.fetch(blob, { start: 10, end: 20 })), bytes.subarray(10, 20));
    assert.deepEqual(seen, [{ authorization: undefined, range: 'bytes=10-19' }]);
  } finally {
    storage.closeAllConnections();
    storage.close();
  }
});
