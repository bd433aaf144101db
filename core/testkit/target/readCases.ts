import assert from 'node:assert/strict';
import { canRead, type Reader, type Target } from '@kitwright/core/plugin';
import { assertCode, rejectionOf } from '../suite/rejection.ts';
import { turns } from '../suite/turns.ts';
import { type Bench, requirePower, type TargetCase, targetCase } from './Bench.ts';
import { readRange } from './reading.ts';
import { type Blob, blobOf, kitOf, largeBlob, wrap } from './samples.ts';

const size = 2 * 1024 * 1024 + 17;

/** What `read` does, where there is one. */
export const readCases: readonly TargetCase[] = [
  readCase('read: gives the bytes of a blob and of a manifest', async (target, { storeKit }) => {
    const { layer, manifest } = await storeKit('0123456789', 'v1');
    for (const { descriptor, bytes } of [layer, manifest])
      assert.ok((await readRange(target, descriptor, { start: 0, end: descriptor.size })).equals(bytes));
  }),
  readCase('read: gives the range that was asked for', async (target, bench) => {
    const [small, blob] = [blobOf('0123456789'), await storeLarge(bench)];
    await bench.store(small);
    await bench.settle();
    assert.equal((await readRange(target, small.descriptor, { start: 3, end: 6 })).toString(), '345');
    for (const [start, end] of [
      [0, 65_537],
      [1_048_577, 2_097_155],
      [size - 5, size],
    ] as const)
      assert.ok((await readRange(target, blob.descriptor, { start, end })).equals(blob.bytes.subarray(start, end)));
  }),
  readCase('read: gives nothing of an empty range, of an empty blob, and above 4 GiB', async (target, bench) => {
    const [empty, blob] = [blobOf(''), blobOf('0123456789')];
    await bench.store(empty, blob);
    await bench.settle();
    for (const [{ descriptor }, start, end] of [
      [empty, 0, 0],
      [blob, 5, 5],
      [{ descriptor: { ...blob.descriptor, size: wrap + 10 } }, wrap + 2, wrap + 5],
    ] as const) {
      const bytes = await readRange(target, descriptor, { start, end }).catch(() => Buffer.alloc(0));
      assert.equal(bytes.toString(), '', `from ${start} to ${end}`);
    }
  }),
  readCase('read: leaves a block alone, and gives no other, until it was taken', async (target, bench) => {
    const blob = await storeLarge(bench);
    const parts: Buffer[] = [];
    let held = 0;
    await target.read(blob.descriptor, { start: 0, end: size }, async (bytes) => {
      assert.equal(++held, 1, 'a block came before the last one was taken');
      await turns(2);
      parts.push(Buffer.from(bytes));
      held--;
    });
    assert.ok(Buffer.concat(parts).equals(blob.bytes), 'a block changed before it was taken');
  }),
  readCase('read: ends with what the receiver throws', async (target, bench) => {
    const blob = await storeLarge(bench);
    const full = new Error('full');
    for (const refuse of [() => Promise.reject(full), () => assert.fail(full)]) {
      let calls = 0;
      const take = () => {
        calls++;
        return refuse();
      };
      const error = await rejectionOf(() => target.read(blob.descriptor, { start: 0, end: size }, take), 'read');
      assert.equal(error, full, `it must end with what the receiver throws, and ended with: ${error.message}`);
      await turns(20);
      assert.equal(calls, 1, 'more blocks came');
    }
  }),
  readCase('read: says kit-not-found for what is not there', async (target) => {
    const { layer, manifest } = kitOf('nowhere');
    for (const { descriptor } of [layer, manifest])
      await assertCode(() => readRange(target, descriptor, { start: 0, end: 4 }), 'kit-not-found', 'read');
  }),
];

function readCase(name: string, run: (target: Target & Reader, bench: Bench) => Promise<void>): TargetCase {
  return targetCase(name, (bench) => run(requirePower(bench.target, canRead, 'read'), bench));
}

async function storeLarge({ store, settle }: Bench): Promise<Blob> {
  const blob = largeBlob(size);
  await store(blob);
  await settle();
  return blob;
}
