import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromNative } from '../files/bytePath.ts';
import { type Recipe, recipeSize } from '../layers/recipe.ts';
import { borrowRecipe, streamRecipe } from './streamRecipe.ts';

const pieces = fc.array(
  fc.record({
    kind: fc.constantFrom('inline', 'file'),
    size: fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 100_000, max: 700_000 })),
  }),
  { minLength: 1, maxLength: 12 },
);

const readAll = async (stream: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const bytes of stream) parts.push(Buffer.from(bytes));
  return Buffer.concat(parts);
};

test('borrowed or not, whole or in part, the bytes are the same', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kitwright-test-'));
  const content = randomFillSync(Buffer.alloc(700_000));
  writeFileSync(join(folder, 'file'), content);
  const path = fromNative(join(folder, 'file'));
  try {
    await fc.assert(
      fc.asyncProperty(pieces, fc.double({ min: 0, max: 1, noNaN: true }), async (shapes, cut) => {
        const recipe: Recipe = shapes.map(({ kind, size }) =>
          kind === 'inline'
            ? { kind: 'inline', bytes: content.subarray(0, size) }
            : { kind: 'file', path, offset: content.length - size, size },
        );
        const whole = await readAll(streamRecipe(recipe));
        assert.equal(whole.length, recipeSize(recipe));
        assert.ok((await readAll(borrowRecipe(recipe))).equals(whole));
        const start = Math.floor(cut * whole.length);
        const part = await readAll(borrowRecipe(recipe, { start, end: whole.length }));
        assert.ok(part.equals(whole.subarray(start)));
      }),
      { numRuns: 60 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a short block keeps its memory, as it may still be waiting to be sent', async () => {
  const bytes = (size: number, fill: number) => ({ kind: 'inline', bytes: Buffer.alloc(size, fill) }) as const;
  const recipe: Recipe = [1, 2, 3, 4].flatMap((fill) => [bytes(100, fill), bytes(200_000, fill + 10)]);
  const blocks = (await Array.fromAsync(borrowRecipe(recipe))).filter(({ byteLength }) => byteLength === 100);
  assert.deepEqual(
    blocks.map((block) => block[0]),
    [1, 2, 3, 4],
  );
});
