import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../errors/systemError.ts';
import { temporaryName } from '../files/atomicWrite.ts';
import { createFileMemo } from '../files/createFileMemo.ts';
import { giveName } from '../files/giveName.ts';
import type { Seed } from '../layers/jobs.ts';
import type { StoreLayout } from './storeLayout.ts';

const seedBytes = 8;

/** Gives the store's seed; `prepare` makes the store. Each layer asks for it: the file is read again if it is another one. */
export function createSeed(layout: StoreLayout, prepare: () => void): () => Seed {
  const read = createFileMemo(layout.seed, (): Seed => {
    if (!existsSync(layout.seed)) {
      prepare();
      makeSeed(layout);
    }
    const bytes = readFileSync(layout.seed);
    return [bytes.readUInt32LE(0), bytes.readUInt32LE(4)];
  });
  return () => read();
}

/** The first writer decides: it is linked into place, so parallel first runs agree on one. */
function makeSeed(layout: StoreLayout): void {
  const temporary = join(layout.tmp, temporaryName('seed'));
  writeFileSync(temporary, randomBytes(seedBytes), { flag: 'wx', mode: 0o600, flush: true });
  try {
    giveName(temporary, layout.seed);
  } catch (error) {
    // Another process was first; its seed is read.
    if (errnoOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}
