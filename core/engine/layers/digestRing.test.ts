import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { fromNative } from '../files/bytePath.ts';
import { createPool } from './createPool.ts';
import { createDigestRing, digestBytes, openRingControl } from './digestRing.ts';
import { encodeRecipe, type HashJob, objectPath, packLimit } from './jobs.ts';
import { createMeter } from './Meter.ts';
import type { Piece } from './recipe.ts';
import { openBesideHash } from './worker/besideHash.ts';

const MiB = 1024 * 1024;

const sha256 = (...parts: readonly Uint8Array[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

/** Small and large files with bytes of a layer around them; the last one is not wanted. */
const makeJob = (folder: string, isStored: boolean) => {
  const header = Buffer.from('header');
  const contents = [10, 9 * MiB + 1, 300_000, 20_000, 4 * MiB, 400_000].map((size) => randomBytes(size));
  const recipe = contents.flatMap((content, i): readonly Piece[] => {
    const path = join(folder, `${i}`);
    writeFileSync(path, content);
    return [
      { kind: 'inline', bytes: header },
      { kind: 'file', path: fromNative(path), offset: 0, size: content.byteLength },
    ];
  });
  const wanted = Uint8Array.from(recipe, ({ kind }, i) => Number(kind === 'file' && i < recipe.length - 1));
  const pack = fromNative(join(folder, 'pack'));
  const isLarge = ({ byteLength }: Uint8Array) => byteLength > packLimit;
  const large = contents.slice(0, -1).reduce((sum, content) => sum + (isLarge(content) ? content.byteLength : 0), 0);
  const stored = Uint8Array.from(contents.flatMap((content) => [0, isLarge(content) ? 2 : 1]));
  const job: HashJob = {
    recipe: encodeRecipe(recipe),
    meter: createMeter().buffer,
    seed: [1, 2],
    digests: { wanted, ring: createDigestRing(recipe.length, large) },
    ...(isStored ? { pack: { path: pack, wanted: stored, inMemory: false } } : {}),
  };
  return { job, contents, layer: sha256(...contents.flatMap((content) => [header, content])), pack };
};

for (const threads of [1, 2, 3])
  for (const isStored of [false, true])
    test(`files are hashed beside their layer, ${isStored ? 'stored' : 'read only'}, by ${threads} threads`, async () => {
      using folder = temporaryFolder();
      const { job, contents, layer, pack } = makeJob(folder.path, isStored);
      const pool = createPool({ threads });
      try {
        const { digest, digests = assert.fail('There are none.') } = await pool.hash(job);
        assert.equal(digest, `sha256:${layer}`);
        const found = contents.map((_, i) =>
          Buffer.from(digests.subarray((2 * i + 1) * digestBytes, (2 * i + 2) * digestBytes)).toString('hex'),
        );
        assert.deepEqual(found, [...contents.slice(0, -1).map((content) => sha256(content)), '0'.repeat(64)]);
      } finally {
        await pool.close();
      }
      if (isStored) assert.ok(readFileSync(objectPath(pack, 3)).equals(contents[1] ?? Buffer.alloc(0)));
    });

for (const [name, owner, isLost] of [
  ['was not sent for', 'reader', false],
  ['never came', undefined, true],
  ['ended in the middle', 'helper', true],
] as const)
  test(`where the other thread ${name}, the reader ${owner === 'helper' ? 'says so' : 'hashes itself'}`, () => {
    const ring = createDigestRing(1, 8 * MiB);
    const [beside, control] = [openBesideHash(ring), openRingControl(ring)];
    if (owner) control.claim(owner);
    if (isLost) control.lose();
    const file = beside.large(0, 3);
    const block = file.supply();
    block.set([1, 2, 3]);
    file.add(block.subarray(0, 3));
    if (owner === 'helper') {
      assert.throws(() => beside.finish(), { code: 'internal-error' });
      return;
    }
    beside.finish();
    assert.equal(Buffer.from(ring.digests).toString('hex'), sha256(Buffer.from([1, 2, 3])));
  });
