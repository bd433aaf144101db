import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Content } from '@kitwright/core/plugin';
import { startRegistry } from '@kitwright/testkit';
import { blobOf, bytesOf, contentOf, openTest } from '../testing/openTest.ts';

const bytes = bytesOf(9 * 1024 * 1024);
const blob = blobOf(bytes);
const size = bytes.byteLength;

test('a blob is uploaded before its digest is known, and committed at the end', async () => {
  await using registry = await startRegistry();
  await using repository = openTest(registry);
  const upload = repository.target.pushEarly(size, 'here', contentOf(bytes));
  await upload?.finish(blob);
  assert.deepEqual(registry.content.blobs.get(blob.digest), bytes);
  assert.deepEqual(
    registry.requests.map(({ method }) => method),
    ['POST', 'PATCH', 'PUT'],
  );
});

test('after a cut the upload resumes at the offset of the registry', async () => {
  await using registry = await startRegistry();
  await using repository = openTest(registry);
  const action = { kind: 'cut', afterBodyBytes: 5_000_000 } as const;
  registry.faults.push({ method: 'PATCH', path: /uploads/, times: 1, action });
  const opened: number[] = [];
  await repository.target.pushEarly(size, 'here', contentOf(bytes, opened))?.finish(blob);
  assert.deepEqual(opened, [0, 5_000_000]);
  assert.deepEqual(registry.content.blobs.get(blob.digest), bytes);
});

test('another process resumes with the same bytes, and starts again with others', async () => {
  await using registry = await startRegistry();
  await using first = openTest(registry);
  const action = { kind: 'cut', afterBodyBytes: 6_000_000 } as const;
  registry.faults.push({ method: 'PATCH', path: /uploads/, times: 1, action });
  const stop = new AbortController();
  await using dying = openTest(registry, {
    ...first.options,
    signal: stop.signal,
    wait: async () => {
      stop.abort(new Error('killed'));
      stop.signal.throwIfAborted();
    },
  });
  const died = dying.target.pushEarly(size, 'here', contentOf(bytes))?.finish(blob);
  await assert.rejects(Promise.resolve(died), /killed/);
  for (const [key, start] of [
    ['elsewhere', 0],
    ['here', 6_000_000],
  ] as const) {
    await using next = openTest(registry, { ...first.options, home: first.options.home });
    const opened: number[] = [];
    await next.target.pushEarly(size, key, contentOf(bytes, opened))?.finish(blob);
    assert.deepEqual(opened, [start]);
  }
});

test('an upload that is not needed is abandoned, and cancelled at the registry', async () => {
  await using registry = await startRegistry();
  await using repository = openTest(registry);
  const gate = Promise.withResolvers<void>();
  const slow: Content = {
    read: async (_, take) => {
      await take(bytes.subarray(0, 1_000_000));
      await gate.promise;
      await take(bytes.subarray(1_000_000));
    },
  };
  const upload = repository.target.pushEarly(size, 'here', slow);
  const abandoned = upload?.abandon();
  gate.resolve();
  await abandoned;
  assert.equal(registry.content.blobs.size, 0);
  assert.equal(registry.requests.at(-1)?.method, 'DELETE');
});

test('nothing is uploaded early to a registry that needs the digest first', async () => {
  await using registry = await startRegistry();
  const { quirksOf } = await import('../quirks.ts');
  await using repository = openTest(registry, { quirks: quirksOf('ghcr.io') });
  assert.equal(repository.target.pushEarly(size, 'here', contentOf(bytes)), undefined);
  assert.equal(registry.requests.length, 0);
});
