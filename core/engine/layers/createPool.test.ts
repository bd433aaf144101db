import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { fromNative } from '../files/bytePath.ts';
import { readFingerprint } from '../files/fingerprint.ts';
import { createPool } from './createPool.ts';
import { encodeRecipe, type HashJob, objectPath } from './jobs.ts';
import { createMeter } from './Meter.ts';
import type { FilePiece, Piece, Recipe } from './recipe.ts';

const pool = createPool({ threads: 2 });
let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kitwright-pool-'));
});
after(async () => {
  await pool.close();
  await rm(folder, { recursive: true });
});

const fileOf = (name: string, content: Uint8Array | string): FilePiece => {
  const path = join(folder, name);
  writeFileSync(path, content);
  const fingerprint = readFingerprint(fromNative(path)) ?? assert.fail();
  return { kind: 'file', path: fromNative(path), offset: 0, size: fingerprint.size, fingerprint };
};

const inline = (text: string): Piece => ({ kind: 'inline', bytes: Buffer.from(text) });

const job = (recipe: Recipe, rest: Partial<HashJob> = {}): HashJob => ({
  recipe: encodeRecipe(recipe),
  meter: createMeter().buffer,
  seed: [1, 2],
  ...rest,
});

const contentOf = (recipe: Recipe): Buffer =>
  Buffer.concat(
    recipe.map((piece) => (piece.kind === 'inline' ? piece.bytes : readFileSync(Buffer.from(piece.path, 'latin1')))),
  );

const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const mixed = (prefix: string): Recipe =>
  [0, 1, 700, 4096, 262_143, 262_144, 262_145, 1_048_575, 3_000_000, 5, 70_000, 200_001].flatMap((size, i): Piece[] => {
    const bytes = Buffer.alloc(size, `${prefix}${i}`);
    return size === 0 ? [inline('x'.repeat(513))] : [inline('h'.repeat(100 + i * 97)), fileOf(`${prefix}-${i}`, bytes)];
  });

test('the digest is that of the bytes one after the other, whatever their sizes', async () => {
  const recipe = mixed('a');
  const { digest, size } = await pool.hash(job(recipe));
  assert.deepEqual([digest, size], [sha256(contentOf(recipe)), contentOf(recipe).length]);
});

test('packed contents are found where the result says, and the digest does not change', async () => {
  const recipe = mixed('b');
  const path = join(folder, 'pack');
  const wanted = Uint8Array.from(recipe, (piece) => (piece.kind === 'file' && piece.size <= 262_144 ? 1 : 0));
  const { digest, packed } = await pool.hash(job(recipe, { pack: { path, wanted, inMemory: false } }));
  assert.equal(digest, sha256(contentOf(recipe)));
  const pack = readFileSync(path);
  recipe.forEach((piece, i) => {
    const at = packed[i] as number;
    if (piece.kind !== 'file' || wanted[i] !== 1) assert.equal(at, -1);
    else assert.ok(pack.subarray(at, at + piece.size).equals(contentOf([piece])));
  });
});

test('a pack in memory comes with the result, and makes no file', async () => {
  const recipe = [fileOf('m-1', 'one'), fileOf('m-2', 'three')];
  const path = join(folder, 'no pack');
  const wanted = Uint8Array.of(1, 1);
  const { digest, packed, pack } = await pool.hash(job(recipe, { pack: { path, wanted, inMemory: true } }));
  assert.equal(digest, sha256(contentOf(recipe)));
  assert.deepEqual([[...packed], Buffer.from(pack ?? []).toString()], [[0, 3], 'onethree']);
  assert.ok(!existsSync(path));
});

test('a late change costs only the tail', async () => {
  const recipe = [...mixed('c'), fileOf('late', 'one')];
  const first = await pool.hash(job(recipe, { midstates: 'layer', known: new Uint8Array(recipe.length * 16) }));
  const changed = [...recipe.slice(0, -1), fileOf('late2', 'three')];
  const known = first.contents.slice();
  known.fill(0, (recipe.length - 1) * 16);
  const second = await pool.hash(job(changed, { midstates: 'layer', known }));
  assert.equal(second.digest, sha256(contentOf(changed)));
  assert.ok(second.hashed < second.size / 10, `${second.hashed} of ${second.size} bytes were hashed again`);
});

test('an early change is never taken from a midstate', async () => {
  const recipe = mixed('d');
  const first = await pool.hash(job(recipe, { midstates: 'early', known: new Uint8Array(recipe.length * 16) }));
  const changed = recipe.map((piece, i) => (i === 2 ? fileOf('d-1', 'Z') : piece));
  const known = first.contents.slice();
  known.fill(0, 2 * 16, 3 * 16);
  assert.equal((await pool.hash(job(changed, { midstates: 'early', known }))).digest, sha256(contentOf(changed)));
});

test('a file that is not what the scan saw is refused', async () => {
  const file = fileOf('grows', 'short');
  writeFileSync(join(folder, 'grows'), 'longer than before');
  await assert.rejects(pool.hash(job([file])), { code: 'content-changed' });
  const shrinks = fileOf('shrinks', 'long enough');
  truncateSync(join(folder, 'shrinks'), 2);
  await assert.rejects(pool.hash(job([shrinks])), { code: 'content-changed' });
});

test('a large file is stored from the bytes that were hashed; one that became shorter leaves nothing', async () => {
  const content = Buffer.alloc(5_000_000, 'weights');
  const path = join(folder, 'object');
  const pack = { path, wanted: Uint8Array.of(2), inMemory: false };
  await pool.hash(job([fileOf('large', content)], { pack }));
  assert.ok(readFileSync(objectPath(path, 0)).equals(content));
  const shrinks = fileOf('large2', content);
  truncateSync(join(folder, 'large2'), 1_500_000);
  const other = { path: join(folder, 'other'), wanted: Uint8Array.of(2), inMemory: false };
  await assert.rejects(pool.hash(job([shrinks], { pack: other })), { code: 'content-changed' });
  assert.ok(!existsSync(objectPath(other.path, 0)));
});

test('cancelled work stops, and its pack does not stay', async () => {
  const meter = createMeter();
  meter.cancel();
  const path = join(folder, 'cancelled');
  const recipe = [fileOf('c', Buffer.alloc(3_000_000)), fileOf('small', 'x')];
  await assert.rejects(
    pool.hash({ ...job(recipe), meter: meter.buffer, pack: { path, wanted: Uint8Array.of(0, 1), inMemory: false } }),
    { code: 'cancelled' },
  );
  assert.ok(!existsSync(path));
});

/** Each thread has the number after that of the one before it. */
const nextThread = async (): Promise<number> => {
  const worker = new Worker('', { eval: true });
  const { threadId } = worker;
  await worker.terminate();
  return threadId;
};

test('a job waits for the thread that is on its way, and no other one starts for it', async () => {
  const own = createPool({ threads: 2 });
  const before = await nextThread();
  own.start(1);
  await own.hash(job([fileOf('large', Buffer.alloc(6_000_000, 'x'))]));
  assert.equal(await nextThread(), before + 2);
  await own.close();
});

test('the caller hashes a large layer if no thread is up, and a second one meanwhile is hashed by a thread', async () => {
  const own = createPool({ threads: 2 });
  const before = await nextThread();
  const large = job([fileOf('large 3', Buffer.alloc(6_000_000, 'x'))]);
  const here = own.hash(large);
  const there = await own.hash(job([fileOf('large 4', Buffer.alloc(6_000_000, 'y'))]));
  assert.deepEqual([(await here).thread, there.thread], [0, before + 1]);
  await own.close();
});

test('a caller with other work has it hashed by a thread', async () => {
  const own = createPool({ threads: 2 });
  assert.notEqual((await own.hash(job([fileOf('large 5', Buffer.alloc(6_000_000))]), 'thread')).thread, 0);
  await own.close();
});

test('work of the own thread is cancelled by what happens there meanwhile', async () => {
  const own = createPool({ threads: 2 });
  const meter = createMeter();
  const recipe = [fileOf('large 6', Buffer.alloc(40_000_000))];
  setImmediate(() => meter.cancel());
  await assert.rejects(own.hash({ ...job(recipe), meter: meter.buffer }), { code: 'cancelled' });
  await own.close();
});
