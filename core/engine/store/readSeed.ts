import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../errors/systemError.ts';
import { temporaryName } from '../files/atomicWrite.ts';
import { giveName } from '../files/giveName.ts';
import type { Seed } from '../layers/jobs.ts';
import type { StoreLayout } from './storeLayout.ts';

const seedBytes = 8;

/** The store's seed. The first writer decides: it is linked into place, so parallel first runs agree on one. */
export function readSeed(layout: StoreLayout): Seed {
  if (!existsSync(layout.seed)) {
    const temporary = join(layout.tmp, temporaryName('seed'));
    writeFileSync(temporary, randomBytes(seedBytes), { flag: 'wx', mode: 0o600, flush: true });
    try {
      giveName(temporary, layout.seed);
    } catch (error) {
      // Another process was first; its seed is read below.
      if (errnoOf(error) !== 'EEXIST') throw error;
    } finally {
      rmSync(temporary, { force: true });
    }
  }
  const bytes = readFileSync(layout.seed);
  return [bytes.readUInt32LE(0), bytes.readUInt32LE(4)];
}
