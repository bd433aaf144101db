import assert from 'node:assert/strict';
import { closeSync, openSync, readSync } from 'node:fs';
import { canLocate, canMount, canPushEarly, fsPath, type Piece, type ReadTarget } from '@kitwright/core/plugin';
import { NotRun } from '../suite/Case.ts';
import { rejectionOf } from '../suite/rejection.ts';
import { turns } from '../suite/turns.ts';
import { soon } from '../suite/within.ts';
import { type Bench, powerCases, requirePower, type TargetCase, targetCase } from './Bench.ts';
import { contentOf, failingContent, heldContent, lentContentOf } from './contents.ts';
import { fetchAll } from './reading.ts';
import { type Blob, blobOf, largeBlob } from './samples.ts';

/** What saves time: `mount`, `pushEarly`, `locate`. */
export const shortcutCases: readonly TargetCase[] = powerCases([
  targetCase('mount: a blob is there if it says so, else it can be pushed', async (bench) => {
    const { target, otherRepository, reopen, store } = bench;
    const mounter = requirePower(target, canMount, 'mount');
    const [near, far] = [blobOf('near by'), blobOf('far away')];
    if (otherRepository !== undefined) {
      const other = await reopen(otherRepository);
      await other.push(near.descriptor, contentOf(near.bytes));
      await isMountedOrPushed(bench, near, await mounter.mount(near.descriptor, other));
    }
    const isMounted = await mounter.mount(far.descriptor, sourceOf(far));
    await isMountedOrPushed(bench, far, isMounted);
    await store(far);
  }),
  targetCase('pushEarly: a blob is there when it is finished, and not before', async (bench) => {
    const { target, store, settle } = bench;
    const blob = largeBlob(300_000);
    const upload = beginEarly(bench, blob, lentContentOf(blob.bytes));
    await turns(20);
    assert.equal(await target.exists(blob.descriptor), false, 'it is there before it got its digest');
    await upload.finish(blob.descriptor);
    assert.equal(await target.exists(blob.descriptor), true);
    await store(blob);
    await settle();
    assert.ok((await fetchAll(target, blob.descriptor)).equals(blob.bytes));
  }),
  targetCase('pushEarly: refuses a digest that is not that of the bytes', async (bench) => {
    const [blob, other] = [largeBlob(300_000), largeBlob(300_000, 2)];
    const upload = beginEarly(bench, blob, contentOf(blob.bytes));
    await rejectionOf(() => upload.finish(other.descriptor), 'finish with the digest of other bytes');
    assert.equal(await bench.target.exists(other.descriptor), false);
  }),
  targetCase('pushEarly: finish waits for the last byte', async (bench) => {
    const blob = largeBlob(300_000);
    const content = heldContent(blob.bytes);
    const upload = beginEarly(bench, blob, content);
    await content.isHeld();
    const finished = upload.finish(blob.descriptor);
    const isEarly =
      (await soon(
        50,
        finished.then(() => true),
      )) ?? false;
    assert.equal(isEarly, false, 'it finished before all bytes had come');
    content.release();
    await finished;
    assert.ok((await fetchAll(bench.target, blob.descriptor)).equals(blob.bytes));
  }),
  targetCase('pushEarly: asks for no more when it is abandoned', async (bench) => {
    const blob = largeBlob(300_000);
    const content = heldContent(blob.bytes);
    const upload = beginEarly(bench, blob, content);
    await content.isHeld();
    const abandoned = upload.abandon();
    content.release();
    await abandoned;
    assert.equal(await bench.target.exists(blob.descriptor), false);
  }),
  targetCase('pushEarly: finish fails if the content did', async (bench) => {
    const blob = largeBlob(300_000);
    const upload = beginEarly(bench, blob, failingContent(blob.bytes, 100_000));
    await turns(5);
    await rejectionOf(() => upload.finish(blob.descriptor), 'finish of an upload whose content failed');
    assert.equal(await bench.target.exists(blob.descriptor), false);
  }),
  targetCase('locate: finds the bytes of a blob on this machine', async ({ target, store, settle }) => {
    const locator = requirePower(target, canLocate, 'locate');
    const [blob, missing] = [largeBlob(100_000), blobOf('nowhere')];
    await store(blob);
    await settle();
    const recipe = locator.locate(blob.descriptor);
    assert.ok(recipe, 'it was not found');
    assert.ok(Buffer.concat(recipe.map(bytesOf)).equals(blob.bytes), 'other bytes are there');
    assert.equal(locator.locate(missing.descriptor), undefined);
  }),
]);

async function isMountedOrPushed({ target, store }: Bench, blob: Blob, isMounted: boolean): Promise<void> {
  assert.equal(await target.exists(blob.descriptor), isMounted, `mount said ${isMounted}`);
  if (!isMounted) await store(blob);
  assert.ok((await fetchAll(target, blob.descriptor)).equals(blob.bytes));
}

/** A target from which nothing can be taken over: it is somewhere else. */
function sourceOf({ descriptor, bytes }: Blob): ReadTarget {
  return {
    name: 'elsewhere',
    exists: async ({ digest }) => digest === descriptor.digest,
    resolve: async () => undefined,
    fetch: async function* () {
      yield Buffer.from(bytes);
    },
  };
}

function beginEarly({ target }: Bench, { descriptor }: Blob, content: Parameters<typeof target.push>[1]) {
  const pusher = requirePower(target, canPushEarly, 'pushEarly');
  const upload = pusher.pushEarly(descriptor.size, 'the testkit', content);
  if (!upload) throw new NotRun('`pushEarly` gives undefined: the digest must be known first');
  return upload;
}

function bytesOf(piece: Piece): Buffer {
  if (piece.kind === 'inline') return Buffer.from(piece.bytes);
  const bytes = Buffer.alloc(piece.size);
  const fd = openSync(fsPath(piece.path), 'r');
  try {
    readSync(fd, bytes, 0, piece.size, piece.offset);
  } finally {
    closeSync(fd);
  }
  return bytes;
}
