import assert from 'node:assert/strict';
import { type TargetCase, targetCase } from './Bench.ts';
import { fetchAll } from './reading.ts';
import { blobOf, kitOf, wrap } from './samples.ts';

/** What `exists` says. */
export const existsCases: readonly TargetCase[] = [
  targetCase('exists: knows what was pushed', async ({ target, storeKit }) => {
    const { config, layer, manifest } = await storeKit('here', 'v1');
    for (const { descriptor } of [config, layer, manifest]) assert.equal(await target.exists(descriptor), true);
  }),
  targetCase('exists: knows nothing of what was not', async ({ target }) => {
    const { layer, manifest } = kitOf('nowhere');
    for (const { descriptor } of [layer, manifest]) assert.equal(await target.exists(descriptor), false);
  }),
  targetCase('exists, fetch, resolve: find what came after they were asked', async (bench) => {
    const { target, repository, storeKit } = bench;
    const { layer, manifest } = kitOf('later');
    const { digest } = manifest.descriptor;
    for (const { descriptor } of [layer, manifest]) {
      assert.equal(await target.exists(descriptor), false);
      await fetchAll(target, descriptor).catch(() => undefined);
    }
    for (const reference of ['v1', digest]) assert.equal(await target.resolve(repository, reference), undefined);
    await storeKit('later', 'v1');
    for (const { descriptor } of [layer, manifest]) assert.equal(await target.exists(descriptor), true);
    assert.equal((await fetchAll(target, layer.descriptor)).toString(), 'later');
    for (const reference of ['v1', digest])
      assert.equal((await target.resolve(repository, reference))?.digest, digest, reference);
  }),
  targetCase('exists, fetch: go by digest and size, whatever else a descriptor says', async ({ target, ...bench }) => {
    const blob = blobOf('0123456789');
    await bench.store(blob);
    await bench.settle();
    const { digest, size } = blob.descriptor;
    const asked = { annotations: { title: 'weights' }, size, digest, mediaType: 'application/vnd.other' };
    assert.equal(await target.exists(asked), true);
    assert.equal((await fetchAll(target, asked)).toString(), '0123456789');
  }),
  targetCase('exists: compares the whole digest', async ({ target, store, settle }) => {
    const [blob, other] = [blobOf('one content'), blobOf('another one')];
    await store(blob);
    await settle();
    assert.equal(await target.exists(other.descriptor), false, 'another content of the same size');
    const { digest } = blob.descriptor;
    for (const kept of [12, 40, digest.length - 1]) {
      const near = `${digest.slice(0, kept)}${'0123456789abcdef'.repeat(5)}`.slice(0, digest.length) as typeof digest;
      assert.equal(near !== digest && (await target.exists({ ...blob.descriptor, digest: near })), false, near);
    }
  }),
  targetCase('exists: compares the size, also above 4 GiB', async ({ target, store, settle }) => {
    const blob = blobOf('0123456789');
    await store(blob);
    await settle();
    for (const size of [9, 11, wrap + 10])
      assert.equal(await target.exists({ ...blob.descriptor, size }), false, `it has 10 bytes, not ${size}`);
  }),
];
