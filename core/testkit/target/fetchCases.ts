import assert from 'node:assert/strict';
import { assertCode } from '../suite/rejection.ts';
import { type TargetCase, targetCase } from './Bench.ts';
import { fetchAll } from './reading.ts';
import { blobOf, kitOf, largeBlob, wrap } from './samples.ts';

/** More than any block. */
const large = 2 * 1024 * 1024 + 17;

/** What `fetch` gives. */
export const fetchCases: readonly TargetCase[] = [
  targetCase('fetch: gives the bytes of a blob', async ({ target, storeKit }) => {
    const { layer } = await storeKit('0123456789', 'v1');
    assert.equal((await fetchAll(target, layer.descriptor)).toString(), '0123456789');
  }),
  targetCase('fetch: gives a manifest byte by byte as it was pushed', async ({ target, store, settle }) => {
    const { config, layer, manifest } = kitOf('as it is');
    const text = manifest.bytes
      .toString()
      .replace('{', '{\n  "annotations": { "b": "\\u00e9", "a": "1" },\r\n\t')
      .concat('\n');
    const spaced = blobOf(text, manifest.descriptor.mediaType);
    await store(config, layer, spaced);
    await settle();
    assert.equal((await fetchAll(target, spaced.descriptor)).toString(), text);
  }),
  targetCase('fetch: gives all of a blob of several MiB', async ({ target, store, settle }) => {
    const blob = largeBlob(large);
    await store(blob);
    await settle();
    const bytes = await fetchAll(target, blob.descriptor);
    assert.equal(bytes.byteLength, large);
    assert.ok(bytes.equals(blob.bytes), 'the bytes are not those that were pushed');
  }),
  targetCase('fetch: a range begins where it should, also far behind the first block', async (bench) => {
    const { target, store, settle } = bench;
    const [small, blob] = [blobOf('0123456789'), largeBlob(large)];
    await store(small, blob);
    await settle();
    assert.equal((await fetchAll(target, small.descriptor, { start: 6, end: 10 })).toString(), '6789');
    for (const start of [65_537, 1024 * 1024 + 1, large - 5]) {
      const bytes = await fetchAll(target, blob.descriptor, { start, end: large });
      assert.ok(bytes.equals(blob.bytes.subarray(start)), `the bytes from ${start} on are wrong`);
    }
  }),
  targetCase('fetch: a range ends where it should', async ({ target, store, settle }) => {
    const [small, blob] = [blobOf('0123456789'), largeBlob(large)];
    await store(small, blob);
    await settle();
    assert.equal((await fetchAll(target, small.descriptor, { start: 0, end: 4 })).toString(), '0123');
    for (const end of [1, 65_536, 2 * 1024 * 1024 + 3]) {
      const bytes = await fetchAll(target, blob.descriptor, { start: 0, end });
      assert.ok(bytes.equals(blob.bytes.subarray(0, end)), `the bytes up to ${end} are wrong`);
    }
  }),
  targetCase('fetch: a range without bytes has none', async ({ target, store, settle }) => {
    const blob = blobOf('0123456789');
    await store(blob);
    await settle();
    for (const at of [0, 5, 10])
      assert.equal((await fetchAll(target, blob.descriptor, { start: at, end: at })).toString(), '', `at ${at}`);
  }),
  targetCase('fetch: many parts of a blob may be read at once', async ({ target, store, settle }) => {
    const blob = largeBlob(large);
    await store(blob);
    await settle();
    const size = Math.ceil(large / 6);
    const starts = Array.from({ length: 6 }, (_, at) => at * size);
    const part = (start: number) => fetchAll(target, blob.descriptor, { start, end: Math.min(start + size, large) });
    const bytes = Buffer.concat(await Promise.all(starts.map(part)));
    assert.ok(bytes.equals(blob.bytes), 'a part has the bytes of another one');
  }),
  targetCase('fetch: an offset above 4 GiB does not begin again at 0', async ({ target, store, settle }) => {
    const blob = blobOf('0123456789');
    await store(blob);
    await settle();
    const claimed = { ...blob.descriptor, size: wrap + 10 };
    const bytes = await fetchAll(target, claimed, { start: wrap + 2, end: wrap + 5 }).catch(() => Buffer.alloc(0));
    assert.equal(bytes.toString(), '', 'there are no bytes there');
  }),
  targetCase('fetch: an empty blob has no bytes', async ({ target, store, settle }) => {
    const empty = blobOf('');
    await store(empty);
    await settle();
    assert.equal((await fetchAll(target, empty.descriptor)).byteLength, 0);
  }),
  targetCase('fetch: a block keeps its bytes when the next one comes', async ({ target, store, settle }) => {
    const blob = largeBlob(large);
    await store(blob);
    await settle();
    const blocks: Uint8Array[] = [];
    for await (const block of target.fetch(blob.descriptor)) blocks.push(block);
    assert.ok(Buffer.concat(blocks).equals(blob.bytes), 'the memory of a block was used again');
  }),
  targetCase('fetch: a stream may be left, and two may be read at once', async ({ target, store, settle }) => {
    const blob = largeBlob(large);
    await store(blob);
    await settle();
    for await (const _ of target.fetch(blob.descriptor)) break;
    const both = await Promise.all([fetchAll(target, blob.descriptor), fetchAll(target, blob.descriptor)]);
    for (const bytes of both) assert.ok(bytes.equals(blob.bytes), 'a stream has wrong bytes beside another one');
  }),
  targetCase('fetch: says kit-not-found for what is not there', async ({ target }) => {
    const { layer, manifest } = kitOf('nowhere');
    for (const { descriptor } of [layer, manifest])
      await assertCode(
        () => fetchAll(target, descriptor),
        'kit-not-found',
        `fetch of a missing ${descriptor.mediaType}`,
      );
    await assertCode(() => fetchAll(target, layer.descriptor, { start: 2, end: 4 }), 'kit-not-found', 'a range of it');
  }),
];
