import assert from 'node:assert/strict';
import { type ByteRange, canLocate, type Target } from '@kitwright/core/plugin';
import { isFrom, rejectionOf } from '../suite/rejection.ts';
import { turns } from '../suite/turns.ts';
import { soon } from '../suite/within.ts';
import { type TargetCase, targetCase, tryPush } from './Bench.ts';
import { contentOf, failingContent, heldContent } from './contents.ts';
import { fetchAll } from './reading.ts';
import { type Blob, largeBlob } from './samples.ts';

const size = 600_000;

/** What is half done, and what breaks off. */
export const interruptedCases: readonly TargetCase[] = [
  targetCase('push: what is half sent is nowhere to be seen', async ({ target, repository }) => {
    const blob = largeBlob(size);
    assert.deepEqual(await seenWhilePushed(target, blob, () => visible(target, repository, blob)), []);
  }),
  targetCase('push: what is half sent is nowhere to be seen for others', async ({ target, repository, reopen }) => {
    const blob = largeBlob(size);
    const other = await reopen();
    assert.deepEqual(await seenWhilePushed(target, blob, () => visible(other, repository, blob)), []);
  }),
  targetCase('push: ends with the error of its content, and asks for no more', async ({ target, repository }) => {
    for (const failAt of [0, size >> 1]) {
      const blob = largeBlob(size, failAt + 1);
      const content = failingContent(blob.bytes, failAt);
      const error = await rejectionOf(() => target.push(blob.descriptor, content), 'push of a content that fails');
      assert.ok(isFrom(error, content.error), `what the content threw is not the cause of: ${error.message}`);
      const asked = content.asked();
      await turns(20);
      assert.equal(content.asked(), asked, 'the content was read on after the push had failed');
      assert.deepEqual(await visible(target, repository, blob), []);
    }
  }),
  targetCase('push: succeeds after one that broke off', async ({ target, settle }) => {
    const blob = largeBlob(size);
    await tryPush(target, blob, failingContent(blob.bytes, size >> 1));
    await target.push(blob.descriptor, contentOf(blob.bytes, 50_000));
    await settle();
    assert.ok((await fetchAll(target, blob.descriptor)).equals(blob.bytes), 'the rest was put at the wrong place');
  }),
  targetCase('push: succeeds after one that broke off in another process', async ({ target, reopen }) => {
    const blob = largeBlob(size);
    await tryPush(target, blob, failingContent(blob.bytes, size >> 1));
    const other = await reopen();
    await other.push(blob.descriptor, contentOf(blob.bytes, 50_000));
    if ('close' in other && typeof other.close === 'function') await other.close();
    assert.ok((await fetchAll(other, blob.descriptor)).equals(blob.bytes), 'the rest was put at the wrong place');
  }),
];

/** Some targets do one thing after the other: what they say is waited for so long (ms), and they show nothing then. */
const busyTime = 400;

/** Looks at a target while the second half of a blob has not come yet. */
async function seenWhilePushed(target: Target, blob: Blob, look: () => Promise<readonly string[]>) {
  const content = heldContent(blob.bytes);
  const pushed = tryPush(target, blob, content);
  await content.isHeld();
  const looking = look();
  const seen = await soon(busyTime, looking).catch((error: unknown) => error);
  content.release();
  await Promise.allSettled([pushed, looking]);
  return seen ?? [];
}

/** Where a blob can be seen that should not be. */
export async function visible(target: Target, repository: string, { descriptor }: Blob): Promise<readonly string[]> {
  const seen: string[] = [];
  if (await target.exists(descriptor)) seen.push('exists');
  if ((await target.resolve(repository, descriptor.digest)) !== undefined) seen.push('resolve');
  const isGiven = async (range?: ByteRange) => {
    const bytes = await fetchAll(target, descriptor, range).catch(() => undefined);
    return bytes !== undefined;
  };
  if ((await isGiven()) || (await isGiven({ start: 0, end: 9 }))) seen.push('fetch');
  if (canLocate(target) && target.locate(descriptor)) seen.push('locate');
  return seen;
}
