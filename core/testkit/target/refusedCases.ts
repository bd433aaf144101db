import assert from 'node:assert/strict';
import type { Content, TakeBlock, Target } from '@kitwright/core/plugin';
import { rejectionOf } from '../suite/rejection.ts';
import { type Bench, type TargetCase, targetCase, tryPush } from './Bench.ts';
import { contentOf } from './contents.ts';
import { fetchAll } from './reading.ts';
import { type Blob, blobOf, kitOf, largeBlob, wrap } from './samples.ts';

/** What `push` verifies. */
export const refusedCases: readonly TargetCase[] = [
  targetCase('push: refuses other bytes of the same size, and does not keep them', async ({ target }) => {
    for (const blob of [blobOf('right'), kitOf('right').manifest])
      await refuses(target, blob, contentOf(Buffer.from(blob.bytes).fill('x', 2, 4)));
  }),
  targetCase('push: refuses a content that ends early, also of more than 4 GiB', async ({ target }) => {
    const blob = blobOf('0123456789');
    await refuses(target, blob, contentOf(blob.bytes.subarray(0, 9)));
    await refuses(target, blob, contentOf(Buffer.alloc(0)));
    const claimed = { ...blob, descriptor: { ...blob.descriptor, size: wrap + 10 } };
    await refuses(target, claimed, contentOf(blob.bytes));
  }),
  targetCase('push: keeps nothing of a content after its size', async ({ target, settle }: Bench) => {
    const blob = blobOf('0123456789');
    const longer: Content = { read: async (_, take) => take(Buffer.from('0123456789 and more')) };
    const error = await tryPush(target, blob, longer);
    await settle();
    assert.equal(await target.exists(blob.descriptor), error === undefined, 'it failed, and is there all the same');
    if (error === undefined) assert.equal((await fetchAll(target, blob.descriptor)).toString(), '0123456789');
  }),
  targetCase('push: verifies all of a content of several MiB', async ({ target, settle }) => {
    const { bytes, descriptor } = largeBlob(3 * 1024 * 1024 + 17);
    for (const at of [0, bytes.byteLength >> 1, bytes.byteLength - 1]) {
      const other = Buffer.from(bytes);
      other[at] = 255 - (bytes[at] as number);
      await refuses(target, { bytes, descriptor }, contentOf(other));
    }
    await refuses(target, { bytes, descriptor }, contentOf(bytes.subarray(0, 1024 * 1024)));
    const longer = Buffer.concat([bytes, bytes.subarray(0, 100)]);
    const error = await tryPush(target, { bytes, descriptor }, { read: (_, take) => blocks(longer, take) });
    await settle();
    if (error === undefined)
      assert.ok((await fetchAll(target, descriptor)).equals(bytes), 'it kept more than its size');
    else assert.equal(await target.exists(descriptor), false, 'it failed, and is there all the same');
  }),
  targetCase('push: keeps the bytes that it verified, if its content changes', async ({ target, settle }) => {
    const blob = blobOf('the right bytes');
    let readings = 0;
    const changing: Content = {
      read: ({ start, end }, take) => {
        const bytes = readings++ === 0 ? blob.bytes : Buffer.from('the wrong bytes');
        return contentOf(bytes).read({ start, end }, take);
      },
    };
    const error = await tryPush(target, blob, changing);
    await settle();
    if (error === undefined) assert.equal((await fetchAll(target, blob.descriptor)).toString(), 'the right bytes');
    else assert.equal(await target.exists(blob.descriptor), false);
  }),
  targetCase('push: takes the right bytes after it refused wrong ones', async ({ target, store, settle }) => {
    const blob = blobOf('right');
    await tryPush(target, blob, contentOf(Buffer.from('wrong')));
    await store(blob);
    await settle();
    assert.equal((await fetchAll(target, blob.descriptor)).toString(), 'right');
  }),
];

/** As they are, however long: a content gives what it likes. */
async function blocks(bytes: Buffer, take: TakeBlock): Promise<void> {
  for (let at = 0; at < bytes.byteLength; at += 500_000) await take(Buffer.from(bytes.subarray(at, at + 500_000)));
}

async function refuses(target: Target, { descriptor }: Blob, content: Content): Promise<void> {
  await rejectionOf(() => target.push(descriptor, content), 'push of bytes that are not those of the descriptor');
  assert.equal(await target.exists(descriptor), false, 'what was refused is there');
  await rejectionOf(() => fetchAll(target, descriptor), 'fetch of what was refused');
}
