import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { createPool } from '../layers/createPool.ts';
import { descriptorOf } from '../oci/descriptor.ts';
import { contentOfBytes } from './contentOf.ts';
import { chunkBytes } from './fetchInParts.ts';
import { openPartial } from './openPartial.ts';
import { receive } from './receive.ts';
import type { StoreLayout } from './storeLayout.ts';
import { withStore } from './testing/withStore.ts';
import { isWhole, markUnsynced } from './unsynced.ts';

const pool = createPool({ threads: 2 });
after(() => pool.close());

const bytes = Buffer.alloc(2 * chunkBytes + 10, 'content');
const descriptor = descriptorOf('application/octet-stream', bytes);
const content = contentOfBytes(bytes);

const marks = (layout: StoreLayout): number => readdirSync(layout.unsynced).length;

test('a blob that was downloaded is used at once', () =>
  withStore(async (layout) => {
    await receive(descriptor, content, layout, pool);
    assert.equal(await isWhole(descriptor, layout), true);
  }));

test('after a crash of the machine it is hashed once, and then used as any other', () =>
  withStore(async (layout) => {
    await receive(descriptor, content, layout, pool);
    await markUnsynced(descriptor, layout, 'the boot before');
    assert.equal(await isWhole(descriptor, layout, 'this boot'), true);
    assert.equal(marks(layout), 0);
  }));

for (const [what, damage] of Object.entries({
  'a lost end': (path: string) => truncateSync(path, chunkBytes),
  'lost pages': (path: string) => writeFileSync(path, Buffer.from(bytes).fill(0, 4096, 8192)),
}))
  test(`${what} is noticed, and the content is fetched again`, () =>
    withStore(async (layout) => {
      await receive(descriptor, content, layout, pool);
      const path = layout.blob(descriptor.digest);
      damage(path);
      await markUnsynced(descriptor, layout, 'the boot before');
      assert.equal(await isWhole(descriptor, layout, 'this boot'), false);
      assert.equal(existsSync(path), false);
      await receive(descriptor, content, layout, pool);
      assert.deepEqual(readFileSync(path), bytes);
    }));

test('a descriptor that claims another size does not remove the blob', () =>
  withStore(async (layout) => {
    await receive(descriptor, content, layout, pool);
    for (const size of [1, descriptor.size + 1]) assert.equal(await isWhole({ ...descriptor, size }, layout), false);
    assert.deepEqual(readFileSync(layout.blob(descriptor.digest)), bytes);
    assert.equal(await isWhole(descriptor, layout), true);
  }));

test('what a download of another size left behind the end does not become a part of the blob', () =>
  withStore(async (layout) => {
    {
      await using partial = await openPartial({ ...descriptor, size: 5 * chunkBytes }, layout);
      assert.ok(partial);
      for (const chunk of [0, 1, 2, 3]) {
        partial.write(Buffer.alloc(chunkBytes, 'x'), chunk * chunkBytes);
        partial.finished(chunk);
      }
    }
    await receive(descriptor, content, layout, pool);
    assert.deepEqual(readFileSync(layout.blob(descriptor.digest)), bytes);
  }));

test('chunks outlive the process, and not the machine unless the disk was asked', () =>
  withStore(async (layout) => {
    const has = async (boot: string | undefined): Promise<readonly boolean[]> => {
      await using partial = await openPartial(descriptor, layout, boot);
      assert.ok(partial);
      return [0, 1, 2].map(partial.has);
    };
    {
      await using partial = await openPartial(descriptor, layout, 'a');
      partial?.write(bytes.subarray(0, chunkBytes), 0);
      partial?.finished(0);
    }
    assert.deepEqual(await has('a'), [true, false, false]);
    assert.deepEqual(await has('b'), [false, false, false]);
    assert.deepEqual(await has(undefined), [false, false, false]);
  }));
