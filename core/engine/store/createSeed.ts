import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../errors/systemError.ts';
import { temporaryName } from '../files/atomicWrite.ts';
import { giveName } from '../files/giveName.ts';
import type { Seed } from '../layers/jobs.ts';
import type { StoreLayout } from './storeLayout.ts';

const seedBytes = 8;

/** Gives the store's seed; `prepare` makes the store. Each layer asks for it: the file is read again if it is another one. */
export function createSeed(layout: StoreLayout, prepare: () => void): () => Seed {
  let known: { readonly seed: Seed; readonly file: Stats } | undefined;
  return () => {
    const file = statSync(layout.seed, { throwIfNoEntry: false });
    if (known && file && known.file.ino === file.ino && known.file.ctimeMs === file.ctimeMs) return known.seed;
    if (!file) {
      prepare();
      makeSeed(layout);
    }
    const bytes = readFileSync(layout.seed);
    const seed: Seed = [bytes.readUInt32LE(0), bytes.readUInt32LE(4)];
    known = { seed, file: file ?? statSync(layout.seed) };
    return seed;
  };
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
