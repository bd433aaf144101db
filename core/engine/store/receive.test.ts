import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { leaveFree } from '../../../test/support/leaveFree.ts';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { createPool } from '../layers/createPool.ts';
import { descriptorOf } from '../oci/descriptor.ts';
import { hexOf } from '../oci/digest.ts';
import { chunkBytes } from './fetchInParts.ts';
import { receive } from './receive.ts';
import type { Content } from './roles.ts';
import { withStore } from './testing/withStore.ts';

const pool = createPool({ threads: 2 });
after(() => pool.close());

const size = 3 * chunkBytes + 12_345;
const bytes = Buffer.alloc(size, 'kitwright').fill('end', size - 1000);
const descriptor = descriptorOf('application/octet-stream', bytes);

/** `asked` gets the start of each request; the bytes from `gone` on cannot be had. */
const serve = (from: Buffer, asked: number[], gone = size): Content => ({
  read: async ({ start, end }, take) => {
    asked.push(start);
    if (start < gone) await take(from.subarray(start, Math.min(end, gone)));
    if (end > gone) throw new Error('the source is gone');
  },
});

test('a large content is fetched in parts and has its name only when it is whole', () =>
  withStore(async (layout) => {
    await receive(descriptor, serve(bytes, []), layout, pool);
    assert.deepEqual(readFileSync(layout.blob(descriptor.digest)), bytes);
    assert.deepEqual(readdirSync(layout.partials), []);
  }));

test('what was fetched before a failure is not fetched again', () =>
  withStore(async (layout) => {
    const last = 3 * chunkBytes;
    await assert.rejects(receive(descriptor, serve(bytes, [], last), layout, pool));
    assert.equal(existsSync(layout.blob(descriptor.digest)), false);
    const asked: number[] = [];
    await receive(descriptor, serve(bytes, asked), layout, pool);
    assert.deepEqual(asked, [last]);
    assert.deepEqual(readFileSync(layout.blob(descriptor.digest)), bytes);
  }));

test('a wrong content is fetched once more, then refused, and nothing of it stays', () =>
  withStore(async (layout) => {
    const wrong = Buffer.from(bytes).fill('x', 100, 200);
    const asked: number[] = [];
    await assert.rejects(receive(descriptor, serve(wrong, asked), layout, pool), { code: 'descriptor-mismatch' });
    assert.deepEqual(
      asked.filter((start) => start === 0),
      [0, 0],
    );
    assert.equal(existsSync(layout.blob(descriptor.digest)), false);
    assert.deepEqual(readdirSync(layout.partials), []);
    await receive(descriptor, serve(bytes, []), layout, pool);
    assert.deepEqual(readFileSync(layout.blob(descriptor.digest)), bytes);
  }));

test('two at the same time do not disturb each other', () =>
  withStore(async (layout) => {
    await Promise.all([1, 2, 3].map(() => receive(descriptor, serve(bytes, []), layout, pool)));
    assert.deepEqual(readFileSync(layout.blob(descriptor.digest)), bytes);
    assert.deepEqual(readdirSync(layout.tmp), []);
  }));

test('a source that gives no parts is read as a whole', () =>
  withStore(async (layout) => {
    const content: Content = {
      read: async ({ start, end }, take) => {
        if (start > 0) throw new KitwrightError('remote-malformed', 'no parts', { data: { rangesIgnored: true } });
        await take(bytes.subarray(start, end));
      },
    };
    await receive(descriptor, content, layout, pool);
    assert.deepEqual(readFileSync(layout.blob(descriptor.digest)), bytes);
  }));

test('while an answer is slow, others are asked for', () =>
  withStore(async (layout) => {
    const second = Promise.withResolvers<void>();
    const content: Content = {
      read: async ({ start, end }, take) => {
        await take(bytes.subarray(start, start + 1));
        if (start > 0) second.resolve();
        // The first answer gives no more until there is a second request.
        else await second.promise;
        await take(bytes.subarray(start + 1, end));
      },
    };
    await receive(descriptor, content, layout, pool);
    assert.deepEqual(readFileSync(layout.blob(descriptor.digest)), bytes);
  }));

test('what a blob claims to be large takes no place', () =>
  withStore(async (layout) => {
    using _free = leaveFree(2 * Number.MAX_SAFE_INTEGER);
    const claimed = { ...descriptor, size: Number.MAX_SAFE_INTEGER };
    const before = process.memoryUsage().arrayBuffers;
    await assert.rejects(receive(claimed, serve(bytes, [], chunkBytes), layout, pool));
    const state = statSync(join(layout.partials, `${hexOf(descriptor.digest)}.done`));
    assert.ok(state.size < 100, String(state.size));
    assert.ok(process.memoryUsage().arrayBuffers - before < 100 * 1024 * 1024);
    const asked: number[] = [];
    await assert.rejects(receive(claimed, serve(bytes, asked, chunkBytes), layout, pool));
    assert.equal(asked[0], chunkBytes);
  }));
