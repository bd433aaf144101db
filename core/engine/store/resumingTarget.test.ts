import assert from 'node:assert/strict';
import { test } from 'node:test';
import { descriptorOf } from '../oci/descriptor.ts';
import { resumingTarget } from './resumingTarget.ts';
import { TransientError } from './retrying.ts';
import type { ByteRange, Target } from './roles.ts';

const bytes = Buffer.from('0123456789');
const blob = descriptorOf('application/octet-stream', bytes);
const options = { signal: new AbortController().signal, wait: async () => undefined };
const cut = () => new TransientError('cut');

const targetOf = (given: Partial<Target> & { read?: unknown }): Target =>
  resumingTarget({ name: 'test', complete: false, ...given } as Target, options);

test('a stream that is cut goes on after its last byte; one that ends early too', async () => {
  const asked: (ByteRange | undefined)[] = [];
  const target = targetOf({
    async *fetch(_, range) {
      asked.push(range);
      const { start, end } = range ?? { start: 0, end: blob.size };
      yield bytes.subarray(start, Math.min(end, start + 4));
      if (asked.length === 1) throw cut();
    },
  });
  assert.equal(Buffer.concat(await Array.fromAsync(target.fetch(blob))).toString(), '0123456789');
  assert.deepEqual(asked, [undefined, { start: 4, end: 10 }, { start: 8, end: 10 }]);
});

test('reading goes on likewise, and ends with what the receiver throws', async () => {
  const asked: number[] = [];
  const target = targetOf({
    read: async (_: unknown, { start, end }: ByteRange, take: (bytes: Uint8Array) => Promise<void>) => {
      asked.push(start);
      await take(bytes.subarray(start, start + 5));
      if (start + 5 < end) throw cut();
    },
  }) as unknown as { read: (of: unknown, range: ByteRange, take: (bytes: Uint8Array) => void) => Promise<void> };
  const seen: string[] = [];
  await target.read(blob, { start: 0, end: 10 }, (block) => void seen.push(Buffer.from(block).toString()));
  assert.deepEqual(
    [asked, seen],
    [
      [0, 5],
      ['01234', '56789'],
    ],
  );
  const full = new Error('full');
  await assert.rejects(
    target.read(blob, { start: 0, end: 10 }, () => {
      throw full;
    }),
    full,
  );
});

test('a push is done once more after a cut, six times in all; any other error is final', async () => {
  let tries = 0;
  const failing = (error: () => Error) =>
    targetOf({
      push: async () => {
        tries++;
        throw error();
      },
    });
  const content = { read: async () => undefined };
  await assert.rejects(failing(cut).push(blob, content), { code: 'network-failed' });
  assert.equal(tries, 6);
  await assert.rejects(failing(() => new Error('no')).push(blob, content), /no/);
  assert.equal(tries, 7);
});
