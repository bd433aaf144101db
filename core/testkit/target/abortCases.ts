import assert from 'node:assert/strict';
import { type Content, canRead } from '@kitwright/core/plugin';
import { NotRun } from '../suite/Case.ts';
import { isFrom, rejectionOf } from '../suite/rejection.ts';
import { turns } from '../suite/turns.ts';
import { within } from '../suite/within.ts';
import { type Bench, type TargetCase, targetCase, tryPush } from './Bench.ts';
import { contentOf, failingContent, heldContent } from './contents.ts';
import { visible } from './interruptedCases.ts';
import { fetchAll, readRange } from './reading.ts';
import { blobOf, largeBlob } from './samples.ts';

const size = 600_000;

/** Whoever takes the signal of its context heeds it: what ends by . */
export const abortCases: readonly TargetCase[] = [
  abortCase('abort: nothing begins after the signal', async ({ target, storeKit, context, repository }) => {
    const { layer, manifest } = await storeKit('aborted', 'v1');
    const [reason, blob] = [new Error('stopped by the user'), largeBlob(size)];
    context.abort(reason);
    const content = failingContent(blob.bytes, size);
    await endsWith(reason, () => target.push(blob.descriptor, content), 'push');
    assert.equal(content.asked(), 0, 'the content was read');
    await endsWith(reason, () => fetchAll(target, layer.descriptor), 'fetch');
    await endsWith(reason, () => target.exists(layer.descriptor), 'exists');
    await endsWith(reason, () => target.resolve(repository, 'v1'), 'resolve');
    await endsWith(reason, () => target.tag(manifest.descriptor, repository, 'v2'), 'tag');
    if (canRead(target))
      await endsWith(reason, () => readRange(target, layer.descriptor, { start: 0, end: 3 }), 'read');
  }),
  abortCase('abort: the signal ends what has begun', async ({ target, context, repository }) => {
    const [reason, blob] = [new Error('stopped by the user'), largeBlob(size)];
    const content = heldContent(blob.bytes);
    const pushed = tryPush(target, blob, content);
    await content.isHeld();
    context.abort(reason);
    content.release();
    const error = await within(5000, () => pushed);
    assert.ok(isReason(error, reason), `push did not end with the reason of the signal, but with: ${error}`);
    await turns(20);
    await endsWith(reason, () => target.resolve(repository, 'v1'), 'resolve');
  }),
  abortCase('abort: a push asks its content for no more', async ({ target, context }) => {
    const [reason, blob] = [new Error('stopped by the user'), largeBlob(size)];
    let given = 0;
    const content: Content = {
      read: (range, take) =>
        contentOf(blob.bytes, 4096).read(range, async (bytes) => {
          if (++given === 3) context.abort(reason);
          await take(bytes);
          await turns(1);
        }),
    };
    const error = await within(5000, () => tryPush(target, blob, content));
    assert.ok(isReason(error, reason), `push ended with: ${error}`);
    await turns(20);
    assert.ok(given <= 3 + ahead, `${given - 3} blocks were read after the signal`);
  }),
  abortCase('abort: a stream ends', async ({ target, context, store, settle }) => {
    const [reason, blob] = [new Error('stopped by the user'), largeBlob(3 * 1024 * 1024 + 17)];
    await store(blob);
    await settle();
    const error = await rejectionOf(async () => {
      for await (const bytes of target.fetch(blob.descriptor)) {
        if (bytes.byteLength === blob.descriptor.size) throw new NotRun('its streams have one block');
        context.abort(reason);
        await turns(2);
      }
    }, 'a stream after the signal');
    if (error instanceof NotRun) throw error;
    assert.ok(isReason(error, reason), `the stream ended with: ${error.message}`);
  }),
  abortCase(
    'abort: what broke off is nowhere to be seen for others',
    async ({ target, context, repository, reopen }) => {
      const blob = largeBlob(size);
      const other = await reopen();
      const content = heldContent(blob.bytes);
      const pushed = tryPush(target, blob, content);
      await content.isHeld();
      context.abort(new Error('stopped by the user'));
      content.release();
      await within(5000, () => pushed);
      const seen = await visible(other, repository, blob).catch(() => {
        throw new NotRun('`reopen` gives targets that end with the same signal');
      });
      assert.deepEqual(seen, []);
    },
  ),
  abortCase('abort: no tag is given after the signal', async ({ target, context, repository, storeKit, reopen }) => {
    const { manifest } = await storeKit('aborted');
    const other = await reopen();
    context.abort(new Error('stopped by the user'));
    await target.tag(manifest.descriptor, repository, 'v1').catch(() => undefined);
    await turns(20);
    const found = await other.resolve(repository, 'v1').catch(() => {
      throw new NotRun('`reopen` gives targets that end with the same signal');
    });
    assert.equal(found, undefined);
  }),
];

/** Blocks that may be on their way. */
const ahead = 32;

function abortCase(name: string, run: (bench: Bench) => Promise<void>): TargetCase {
  return targetCase(name, async (bench) => {
    // Some take it when they begin to work.
    await bench.target.exists(blobOf('anything').descriptor);
    if (!bench.context.isSignalTaken()) throw new NotRun('the maker did not take the `signal` of its context');
    await run(bench);
  });
}

async function endsWith(reason: Error, work: () => unknown, what: string): Promise<void> {
  const error = await within(5000, () => rejectionOf(work, `${what} after the signal`));
  assert.ok(isReason(error, reason), `${what} ended with: ${error.message}`);
}

function isReason(error: unknown, reason: Error): boolean {
  if (isFrom(error, reason)) return true;
  return error instanceof Error && (error.name === 'AbortError' || ('code' in error && error.code === 'cancelled'));
}
