import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { fromNative } from '../files/bytePath.ts';
import { type Recipe, recipeSize } from '../layers/recipe.ts';
import { readRecipe } from './readRecipe.ts';
import type { ByteRange, TakeBlock } from './roles.ts';

const pieces = fc.array(
  fc.record({
    kind: fc.constantFrom('inline', 'file'),
    size: fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 100_000, max: 700_000 })),
  }),
  { minLength: 1, maxLength: 12 },
);

const readPart = async (recipe: Recipe, range: ByteRange): Promise<Buffer> => {
  const parts: Buffer[] = [];
  await readRecipe(recipe, range, (bytes) => void parts.push(Buffer.from(bytes)));
  return Buffer.concat(parts);
};

/** A receiver that copies a block only in the last moment: meanwhile the next one is read. */
const readSlowly = async (recipe: Recipe, range: ByteRange): Promise<Buffer> => {
  const parts: Buffer[] = [];
  await readRecipe(recipe, range, async (bytes) => {
    await setImmediate();
    parts.push(Buffer.from(bytes));
  });
  return Buffer.concat(parts);
};

test('whole or in part, taken at once or later, the bytes are the same', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kitwright-test-'));
  const content = randomFillSync(Buffer.alloc(700_000));
  writeFileSync(join(folder, 'file'), content);
  const path = fromNative(join(folder, 'file'));
  const cuts = fc.double({ min: 0, max: 1, noNaN: true });
  try {
    await fc.assert(
      fc.asyncProperty(pieces, cuts, cuts, async (shapes, from, to) => {
        const recipe: Recipe = shapes.map(({ kind, size }) =>
          kind === 'inline'
            ? { kind: 'inline', bytes: content.subarray(0, size) }
            : { kind: 'file', path, offset: content.length - size, size },
        );
        const expected = Buffer.concat(
          recipe.map((piece) => (piece.kind === 'inline' ? piece.bytes : content.subarray(piece.offset))),
        );
        const whole = { start: 0, end: recipeSize(recipe) };
        const part = { start: Math.floor(from * whole.end), end: Math.ceil(Math.max(from, to) * whole.end) };
        for (const range of [whole, part])
          for (const read of [readPart, readSlowly])
            assert.ok((await read(recipe, range)).equals(expected.subarray(range.start, range.end)));
      }),
      { numRuns: 60 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('what the receiver throws, at once or later, ends the reading', async () => {
  const recipe: Recipe = Array.from({ length: 5 }, () => ({ kind: 'inline', bytes: Buffer.alloc(300_000) }));
  const full = new Error('full');
  for (const refuse of [
    () => {
      throw full;
    },
    async () => {
      await setImmediate();
      throw full;
    },
  ]) {
    let blocks = 0;
    const take: TakeBlock = () => {
      blocks++;
      return refuse();
    };
    await assert.rejects(readRecipe(recipe, { start: 0, end: recipeSize(recipe) }, take), full);
    assert.equal(blocks, 1);
  }
});

test('others get their turn while a large layer is read', async () => {
  const bytes = Buffer.alloc(1024 * 1024);
  const recipe: Recipe = Array.from({ length: 40 }, () => ({ kind: 'inline', bytes }));
  let [turns, isOver] = [0, false];
  const others = (async () => {
    while (!isOver) turns += await setImmediate(1);
  })();
  await readRecipe(recipe, { start: 0, end: recipeSize(recipe) }, () => undefined);
  isOver = true;
  await others;
  assert.ok(turns >= 4);
});

test('what is read past the cache is the same, whole or in part, and what was cut off is noticed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kitwright-test-'));
  try {
    const content = randomFillSync(Buffer.alloc(20 * 1024 * 1024 + 777));
    const path = fromNative(join(folder, 'file'));
    writeFileSync(path, content);
    const inline = { kind: 'inline', bytes: content.subarray(0, 512) } as const;
    const piece = { kind: 'file', path, offset: 0, size: content.length, direct: true } as const;
    const recipe: Recipe = [inline, piece, inline];
    const expected = Buffer.concat([inline.bytes, content, inline.bytes]);
    const ends = [expected.length, expected.length - 600, 15_000_000];
    for (const start of [0, 512, 513, 5_000_001])
      for (const end of ends)
        for (const read of [readPart, readSlowly])
          assert.ok((await read(recipe, { start, end })).equals(expected.subarray(start, end)), `${start}-${end}`);
    truncateSync(path, 10_000_000);
    const whole = { start: 0, end: expected.length };
    await assert.rejects(readPart(recipe, whole), { code: 'content-changed' });
    const refuse = () => assert.fail('refused');
    await assert.rejects(readRecipe(recipe, whole, refuse), /refused/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('of a short file alone as much is read as is asked for and there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kitwright-test-'));
  try {
    writeFileSync(join(folder, 'file'), 'abcdefgh');
    const recipe: Recipe = [{ kind: 'file', path: fromNative(join(folder, 'file')), offset: 1, size: 6 }];
    const read = async (start: number, end: number) => (await readPart(recipe, { start, end })).toString();
    assert.deepEqual(await Promise.all([read(0, 6), read(2, 4), read(4, 100), read(3, 3)]), ['bcdefg', 'de', 'fg', '']);
    truncateSync(join(folder, 'file'), 3);
    await assert.rejects(read(0, 6), { code: 'content-changed' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
