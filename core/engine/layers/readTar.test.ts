import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { readTar } from './readTar.ts';
import { paddingOf, tarEnd, tarHeader } from './tarHeader.ts';
import { rawEntry } from './testing/rawTar.ts';

const blockBytes = 64 * 1024;

async function* blocksOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.byteLength; at += blockBytes) yield bytes.subarray(at, at + blockBytes);
}

const drain = async (_: unknown, content: AsyncIterable<Uint8Array>): Promise<void> => {
  for await (const block of content) assert.ok(block.byteLength > 0);
};

test('entries come in their order, with their bytes, whatever bytes their names have', async () => {
  const found: unknown[] = [];
  const tar = Buffer.concat([
    tarHeader({ path: 'd', type: 'directory', mode: 0o700, size: 0 }),
    rawEntry('d/a', 'x'.repeat(1000)),
    tarHeader({ path: `d/\xff${'n'.repeat(200)}`, type: 'file', mode: 0o644, size: 0 }),
    rawEntry('././@LongLink', 'd/\xe9\0', 'L'),
    rawEntry('cut', 'y'),
    tarEnd(),
  ]);
  await readTar(blocksOf(tar), async ({ path, type, mode, size }, content) => {
    let bytes = 0;
    for await (const block of content) bytes += block.byteLength;
    assert.equal(bytes, size);
    found.push([path, type, mode, size]);
  });
  assert.deepEqual(found, [
    ['d', 'directory', 0o700, 0],
    ['d/a', 'file', 0o644, 1000],
    [`d/\xff${'n'.repeat(200)}`, 'file', 0o644, 0],
    [Buffer.from('d/\xe9').toString('latin1'), 'file', 0o644, 1],
  ]);
});

test('no more is read than who takes it has room for', async () => {
  const size = 1000 * blockBytes;
  const header = tarHeader({ path: 'large', type: 'file', mode: 0o644, size });
  let given = 0;
  async function* blocks(): AsyncGenerator<Buffer> {
    yield header;
    for (; given < size; given += blockBytes) yield Buffer.alloc(blockBytes);
    yield Buffer.concat([Buffer.alloc(paddingOf(size)), tarEnd()]);
  }
  let [taken, ahead] = [0, 0];
  await readTar(blocks(), async (_, content) => {
    for await (const block of content) {
      // Whatever can be read before this block is done is read now.
      for (let turn = 0; turn < 3; turn++) await setImmediate();
      taken += block.byteLength;
      ahead = Math.max(ahead, given - taken);
    }
  });
  assert.equal(taken, size);
  assert.ok(ahead <= 4 * blockBytes, `${ahead} bytes were read ahead`);
});

test('a tar that is cut off is refused when its bytes end, and who waits for more of a file is told', async () => {
  const tar = Buffer.concat([rawEntry('a', 'x'), rawEntry('b', Buffer.alloc(200_000)), tarEnd()]);
  for (const length of [0, 100, 512, 1024, 1500, 100_000, tar.byteLength - 1024]) {
    await assert.rejects(
      readTar(blocksOf(tar.subarray(0, length)), drain),
      { code: 'kit-malformed' },
      `${length} bytes`,
    );
  }
});

test('an extended header of gigabytes is refused before it is read', async () => {
  const header = rawEntry('p', '', 'x', (block) => block.write('17777777777\0', 124));
  let given = 0;
  async function* blocks(): AsyncGenerator<Buffer> {
    yield header;
    for (;;) {
      given += blockBytes;
      yield Buffer.alloc(blockBytes, 'x');
    }
  }
  await assert.rejects(readTar(blocks(), drain), { code: 'kit-malformed', message: /too large/ });
  assert.equal(given, 0);
});

test('what the stream or the taker throws is thrown, and the stream is closed', async () => {
  const tar = Buffer.concat([rawEntry('a', 'x'), rawEntry('b', Buffer.alloc(200_000)), rawEntry('c'), tarEnd()]);
  let closed = 0;
  async function* blocks(fails: boolean): AsyncGenerator<Buffer> {
    try {
      yield* blocksOf(tar.subarray(0, 150_000));
      if (fails) throw new Error('the source is gone');
      yield* blocksOf(tar.subarray(150_000));
    } finally {
      closed++;
    }
  }
  await assert.rejects(readTar(blocks(true), drain), /the source is gone/);
  for (const name of ['a', 'b', 'c'])
    await assert.rejects(
      readTar(blocks(false), async (entry, content) => {
        if (entry.path === name) throw new Error('the disk is gone');
        await drain(entry, content);
      }),
      /the disk is gone/,
    );
  assert.equal(closed, 4);
});

test('a taker that fails while the stream is slow ends it with the next block', { timeout: 10_000 }, async () => {
  let failed = false;
  async function* blocks(): AsyncGenerator<Buffer> {
    yield rawEntry('a', 'x');
    while (!failed) await setImmediate();
    for (let turn = 0; turn < 10; turn++) await setImmediate();
    yield rawEntry('b', Buffer.alloc(200_000));
  }
  const failing = async () => {
    failed = true;
    throw new Error('the disk is gone');
  };
  await assert.rejects(readTar(blocks(), failing), /the disk is gone/);
});
