import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { fromNative } from '../files/bytePath.ts';
import { readFingerprint } from '../files/fingerprint.ts';
import { createPool } from './createPool.ts';
import { encodeRecipe } from './jobs.ts';
import { createMeter } from './Meter.ts';

test('a content has its own hash, whatever else this thread hashes while it is written', async () => {
  using folder = temporaryFolder();
  const jobOf = (name: string, content: Uint8Array) => {
    const path = join(folder.path, name);
    writeFileSync(path, content);
    const fingerprint = readFingerprint(fromNative(path)) ?? assert.fail();
    const piece = { kind: 'file', path: fromNative(path), offset: 0, size: fingerprint.size, fingerprint } as const;
    return { recipe: encodeRecipe([piece]), meter: createMeter().buffer, seed: [1, 2] } as const;
  };
  const pool = createPool({ threads: 2 });
  const weights = jobOf('weights', Buffer.alloc(1_000_000, 'weights'));
  const expected = await pool.probe(weights);
  const pack = { path: join(folder.path, 'pack'), wanted: Uint8Array.of(2), inMemory: false };
  const stored = pool.hash({ ...weights, pack });
  // Each turn of the loop finds the large one at another step.
  for (let i = 0; i < 40; i++) {
    await pool.probe(jobOf(`small-${i}`, Buffer.alloc(100, `${i}`)));
    await new Promise(setImmediate);
  }
  assert.deepEqual((await stored).contents, expected);
  await pool.close();
});
