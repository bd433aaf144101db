import assert from 'node:assert/strict';
import type { Target } from '@kitwright/core/plugin';
import { NotRun } from '../suite/Case.ts';
import { isFrom, rejectionOf } from '../suite/rejection.ts';
import { turns } from '../suite/turns.ts';
import { soon, within } from '../suite/within.ts';
import { type TargetCase, targetCase, tryPush } from './Bench.ts';
import { contentOf, failingContent, heldContent } from './contents.ts';
import { fetchAll } from './reading.ts';
import { type Blob, blobOf, manyBytes } from './samples.ts';

const size = 600_000;

/** What is half done, and what ends before its end. */
export const interruptedCases: readonly TargetCase[] = [
  targetCase('push: what is half sent is nowhere to be seen', async ({ target, repository }) => {
    const blob = blobOf(manyBytes(size));
    assert.deepEqual(await seenWhilePushed(target, blob, () => visible(target, repository, blob)), []);
  }),
  targetCase('push: what is half sent is nowhere to be seen for others', async ({ target, repository, reopen }) => {
    const blob = blobOf(manyBytes(size));
    const other = await reopen();
    assert.deepEqual(await seenWhilePushed(target, blob, () => visible(other, repository, blob)), []);
  }),
  targetCase('push: ends with the error of its content, and asks for no more', async ({ target, repository }) => {
    for (const failAt of [0, size >> 1]) {
      const blob = blobOf(manyBytes(size, failAt + 1));
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
    const blob = blobOf(manyBytes(size));
    await tryPush(target, blob, failingContent(blob.bytes, size >> 1));
    await target.push(blob.descriptor, contentOf(blob.bytes, 50_000));
    await settle();
    assert.ok((await fetchAll(target, blob.descriptor)).equals(blob.bytes), 'the rest was put at the wrong place');
  }),
  targetCase('push: succeeds after one that broke off in another process', async ({ target, reopen }) => {
    const blob = blobOf(manyBytes(size));
    await tryPush(target, blob, failingContent(blob.bytes, size >> 1));
    const other = await reopen();
    await other.push(blob.descriptor, contentOf(blob.bytes, 50_000));
    if ('close' in other && typeof other.close === 'function') await other.close();
    assert.ok((await fetchAll(other, blob.descriptor)).equals(blob.bytes), 'the rest was put at the wrong place');
  }),
  targetCase('abort: nothing begins after the signal', async ({ target, storeKit, context }) => {
    const { layer } = await storeKit('aborted', 'v1');
    requireSignal(context.isSignalTaken());
    const [reason, blob] = [new Error('stopped by the user'), blobOf(manyBytes(size))];
    context.abort(reason);
    const content = failingContent(blob.bytes, size);
    await endsWith(reason, () => target.push(blob.descriptor, content), 'push');
    assert.equal(content.asked(), 0, 'the content was read');
    await endsWith(reason, () => fetchAll(target, layer.descriptor), 'fetch');
  }),
  targetCase('abort: the signal ends what has begun', async ({ target, context, repository }) => {
    requireSignal(context.isSignalTaken());
    const [reason, blob] = [new Error('stopped by the user'), blobOf(manyBytes(size))];
    const content = heldContent(blob.bytes);
    const pushed = tryPush(target, blob, content);
    await content.isHeld();
    context.abort(reason);
    content.release();
    assert.ok(isFrom(await within(5000, () => pushed), reason), 'push did not end with the reason of the signal');
    await turns(20);
    await endsWith(reason, () => target.resolve(repository, 'v1'), 'resolve');
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
async function visible(target: Target, repository: string, { descriptor }: Blob): Promise<readonly string[]> {
  const seen: string[] = [];
  if (await target.exists(descriptor)) seen.push('exists');
  if ((await target.resolve(repository, descriptor.digest)) !== undefined) seen.push('resolve');
  await fetchAll(target, descriptor).then(
    () => seen.push('fetch'),
    () => undefined,
  );
  return seen;
}

function requireSignal(isTaken: boolean): void {
  if (!isTaken) throw new NotRun('the maker did not take the `signal` of its context');
}

async function endsWith(reason: Error, work: () => unknown, what: string): Promise<void> {
  const error = await within(5000, () => rejectionOf(work, `${what} after the signal`));
  assert.ok(isFrom(error, reason) || ('code' in error && error.code === 'cancelled'), `${what}: ${error.message}`);
}
