import assert from 'node:assert/strict';
import { type ByteRange, canClose } from '@kitwright/core/plugin';
import { soon } from '../suite/within.ts';
import { requireOpen, type TargetCase, targetCase, tryPush } from './Bench.ts';
import { contentOf, heldContent, lentContentOf } from './contents.ts';
import { fetchAll } from './reading.ts';
import { blobOf, kitOf, largeBlob, manifestOf } from './samples.ts';

/** What `push` takes. */
export const pushCases: readonly TargetCase[] = [
  targetCase('push: copies what it keeps of a block, whose memory is used again', async ({ target, settle }) => {
    const blob = largeBlob(2 * 1024 * 1024 + 3);
    await target.push(blob.descriptor, lentContentOf(blob.bytes));
    await settle();
    const bytes = await fetchAll(target, blob.descriptor);
    assert.ok(bytes.equals(blob.bytes), 'a block was kept whose memory had been given back');
  }),
  targetCase('push: takes blocks of any size', async ({ target, settle }) => {
    const [tiny, huge] = [blobOf('a byte at a time'), largeBlob(5 * 1024 * 1024)];
    await target.push(tiny.descriptor, contentOf(tiny.bytes, 1));
    await target.push(huge.descriptor, contentOf(huge.bytes, huge.bytes.byteLength));
    await settle();
    for (const { descriptor, bytes } of [tiny, huge])
      assert.ok((await fetchAll(target, descriptor)).equals(bytes), 'the bytes are not those that were pushed');
  }),
  targetCase('push: takes an empty blob, and empty blocks', async ({ target }) => {
    const { descriptor } = blobOf('');
    await target.push(descriptor, { read: async (_, take) => take(Buffer.alloc(0)) });
    assert.equal(await target.exists(descriptor), true);
    const blob = blobOf('between empty blocks');
    const blocks = [Buffer.alloc(0), blob.bytes, Buffer.alloc(0)];
    await target.push(blob.descriptor, {
      read: async (_, take) => {
        for (const block of blocks) await take(block);
      },
    });
    assert.equal(await target.exists(blob.descriptor), true);
  }),
  targetCase('push: has it when it resolves', async ({ target }) => {
    const { config, layer, manifest } = kitOf('at once');
    for (const { descriptor, bytes } of [config, layer, manifest]) {
      await target.push(descriptor, contentOf(bytes));
      assert.equal(await target.exists(descriptor), true, 'it exists only some time later');
    }
    if (!canClose(target)) assert.equal((await fetchAll(target, layer.descriptor)).toString(), 'at once');
  }),
  targetCase('push: has it when it resolves, for others too', async ({ target, reopen }) => {
    requireOpen(target, 'others see what was pushed once it is closed');
    const { config, layer, manifest } = kitOf('at once');
    const other = await reopen();
    for (const { descriptor, bytes } of [config, layer, manifest]) {
      await target.push(descriptor, contentOf(bytes));
      assert.equal(await other.exists(descriptor), true, 'others see it only some time later');
    }
  }),
  targetCase('push: waits for another one that sends the same', async ({ target }) => {
    const blob = largeBlob(300_000);
    const held = heldContent(blob.bytes, new Error('cut'));
    const first = tryPush(target, blob, held);
    await held.isHeld();
    const second = tryPush(target, blob, contentOf(blob.bytes));
    // One that waits for the first one, or sends it once more, are both right.
    const isEarly =
      (await soon(
        200,
        second.then((error) => error === undefined),
      )) ?? false;
    assert.ok(!isEarly || (await target.exists(blob.descriptor)), 'it resolved, and the blob is not there');
    held.release();
    await Promise.all([first, second]);
  }),
  targetCase('push: asks its content for what is in it, and for nothing when it has ended', async (bench) => {
    const { target, settle } = bench;
    for (const blob of [largeBlob(2 * 1024 * 1024 + 3), kitOf('asked').layer]) {
      const asked: ByteRange[] = [];
      const content = contentOf(blob.bytes);
      await target.push(blob.descriptor, {
        read: (range, take) => {
          asked.push(range);
          return content.read(range, take);
        },
      });
      const during = asked.length;
      for (const { start, end } of asked)
        assert.ok(start >= 0 && start <= end && end <= blob.descriptor.size, `it asked for ${start} to ${end}`);
      await settle();
      await fetchAll(target, blob.descriptor);
      assert.equal(asked.length, during, 'the content was read after the push had ended');
    }
  }),
  targetCase('push: takes many blobs at once', async ({ target, repository, settle }) => {
    const blobs = Array.from({ length: 12 }, (_, at) => blobOf(`content ${at}`.repeat(at * 100 + 1)));
    await Promise.all(blobs.map(({ descriptor, bytes }) => target.push(descriptor, lentContentOf(bytes, [300, 1]))));
    const [config, ...layers] = blobs as [(typeof blobs)[0], ...typeof blobs];
    const manifest = manifestOf(config, layers);
    await target.push(manifest.descriptor, contentOf(manifest.bytes));
    await target.tag(manifest.descriptor, repository, 'v1');
    await settle();
    for (const { descriptor, bytes } of blobs)
      assert.ok((await fetchAll(target, descriptor)).equals(bytes), 'a blob got the bytes of another one');
  }),
  targetCase('push: does nothing the second time', async ({ target, store, settle }) => {
    const { config, layer, manifest } = kitOf('twice');
    await store(config, layer, manifest);
    await store(config, layer, manifest);
    await settle();
    assert.equal((await fetchAll(target, layer.descriptor)).toString(), 'twice');
    assert.ok((await fetchAll(target, manifest.descriptor)).equals(manifest.bytes));
  }),
  targetCase('push: wrong bytes do no harm to what is there', async ({ target, store, settle }) => {
    const blob = blobOf('the right bytes');
    await store(blob);
    await tryPush(target, blob, contentOf(Buffer.from('the wrong bytes')));
    await tryPush(target, blob, contentOf(Buffer.from('short')));
    await settle();
    assert.equal(await target.exists(blob.descriptor), true, 'it is gone');
    assert.equal((await fetchAll(target, blob.descriptor)).toString(), 'the right bytes');
  }),
  targetCase('push: takes one blob twice at once', async ({ target, settle }) => {
    const blob = largeBlob(300_000);
    const contents = [heldContent(blob.bytes), heldContent(blob.bytes)] as const;
    const pushes = contents.map((content) => tryPush(target, blob, content));
    // A target may take one after the other.
    await Promise.race(contents.map(({ isHeld }) => isHeld()));
    await contents[1].isHeld();
    for (const content of contents) content.release();
    for (const error of await Promise.all(pushes)) assert.equal(error, undefined, 'one of the two failed');
    await settle();
    assert.ok((await fetchAll(target, blob.descriptor)).equals(blob.bytes), 'the two got into each other');
  }),
  targetCase('push: one that fails does no harm to another one of the same blob', async ({ target, settle }) => {
    const blob = largeBlob(300_000);
    const [failing, right] = [heldContent(blob.bytes, new Error('cut')), heldContent(blob.bytes)];
    const failed = tryPush(target, blob, failing);
    await failing.isHeld();
    const pushed = tryPush(target, blob, right);
    await right.isHeld();
    failing.release();
    await failed;
    right.release();
    assert.equal(await pushed, undefined, 'the push whose content was right failed');
    await settle();
    assert.ok((await fetchAll(target, blob.descriptor)).equals(blob.bytes));
  }),
  targetCase('push, tag: leave what they are given as it is', async ({ target, repository, settle }) => {
    const { config, layer, manifest } = kitOf('frozen');
    for (const { descriptor, bytes } of [config, layer, manifest])
      await target.push(Object.freeze({ ...descriptor }), Object.freeze(contentOf(bytes)));
    const given = { ...manifest.descriptor };
    await target.tag(given, repository, 'v1');
    assert.deepEqual(given, manifest.descriptor, 'the descriptor was changed');
    Object.assign(given, { size: 1, mediaType: 'changed/later' });
    await settle();
    const found = await target.resolve(repository, 'v1');
    assert.equal(found?.size, manifest.descriptor.size, 'the target kept the object that it was given');
  }),
];
