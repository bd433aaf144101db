import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { textOf } from '../files/bytePath.ts';
import { readTar } from './readTar.ts';
import { tarIndex } from './tarIndex.ts';
import { anyTar } from './testing/anyTar.ts';
import { type FoundEntry, tarStreamEntries } from './testing/tarStreamEntries.ts';

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What the index finds; undefined if it refuses the tar. */
function indexed(bytes: Buffer): readonly FoundEntry[] | undefined {
  try {
    return [...tarIndex((at, length) => bytes.subarray(at, at + length), bytes.byteLength)].map(
      ({ path, type, size, offset }) => [textOf(path), type, size, digestOf(bytes.subarray(offset, offset + size))],
    );
  } catch (error) {
    assert.ok(error instanceof KitwrightError, String(error));
    return undefined;
  }
}

/** What comes out of the stream, in blocks of `step` bytes. */
async function streamed(bytes: Buffer, step: number): Promise<readonly FoundEntry[] | undefined> {
  const found: FoundEntry[] = [];
  try {
    await readTar(blocksOf(bytes, step), async ({ path, type, size }, content) => {
      const hash = createHash('sha256');
      for await (const block of content) hash.update(block);
      found.push([textOf(path), type, size, hash.digest('hex')]);
    });
    return found;
  } catch (error) {
    assert.ok(error instanceof KitwrightError, String(error));
    return undefined;
  }
}

async function* blocksOf(bytes: Buffer, step: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.byteLength; at += step) yield Buffer.from(bytes.subarray(at, at + step));
}

test('what we accept, tar-stream reads as the same entries and bytes; as a stream it is the same', async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(anyTar, fc.integer({ min: 1, max: 3000 }), async (bytes, step) => {
      const entries = indexed(bytes);
      assert.deepEqual(await streamed(bytes, step), entries);
      if (!entries) return;
      accepted++;
      assert.deepEqual(await tarStreamEntries(bytes), entries);
    }),
    { numRuns: 600 },
  );
  assert.ok(accepted > 50, `${accepted} tars were accepted`);
});
