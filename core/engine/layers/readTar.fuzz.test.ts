import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { readTar } from './readTar.ts';
import { anyTar } from './testing/anyTar.ts';

/** Who is slow, and who fails when: turns and numbers of blocks. */
const course = fc.record({
  step: fc.integer({ min: 1, max: 2000 }),
  sourceWaits: fc.nat(3),
  takerWaits: fc.nat(3),
  sourceFails: fc.option(fc.nat(8)),
  takerFails: fc.option(fc.nat(4)),
});

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await setImmediate();
};

const gone = new Error('gone');

test('whoever is slow and whoever fails, reading a tar ends, and no file is short', { timeout: 60_000 }, () =>
  fc.assert(
    fc.asyncProperty(anyTar, course, async (bytes, { step, sourceWaits, takerWaits, sourceFails, takerFails }) => {
      let [given, taken] = [0, 0];
      async function* blocks(): AsyncGenerator<Buffer> {
        for (let at = 0; at < bytes.byteLength; at += step) {
          await turns(sourceWaits);
          if (given++ === sourceFails) throw gone;
          yield Buffer.from(bytes.subarray(at, at + step));
        }
      }
      const reading = readTar(blocks(), async ({ size }, content) => {
        let length = 0;
        for await (const block of content) {
          await turns(takerWaits);
          if (taken++ === takerFails) throw gone;
          length += block.byteLength;
        }
        assert.equal(length, size);
      });
      await reading.catch((error: unknown) =>
        assert.ok(error === gone || error instanceof KitwrightError, String(error)),
      );
    }),
    { numRuns: 1500 },
  ),
);
