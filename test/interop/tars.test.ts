import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { KitwrightError } from '../../core/engine/errors/KitwrightError.ts';
import { tarIndex } from '../../core/engine/layers/tarIndex.ts';
import { anyTar } from '../../core/engine/layers/testing/anyTar.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const reader = process.env['TAR_READER'];
const skip = !reader && 'a reader of tars in Go is not here';

/** Number of tars; more by hand: TARS=100000. */
const count = Number(process.env['TARS'] ?? 20_000);
const batch = 5000;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Name (hexadecimal), type, size, mode and digest of each entry; undefined if we refuse the tar. */
function ours(bytes: Buffer): unknown {
  try {
    return [...tarIndex((at, length) => bytes.subarray(at, at + length), bytes.byteLength)].map(
      ({ path, type, size, mode, offset }) => {
        const name = Buffer.from(path, 'latin1').toString('hex');
        return [name, type, size, mode, sha256(bytes.subarray(offset, offset + size))];
      },
    );
  } catch (error) {
    assert.ok(error instanceof KitwrightError, String(error));
    return undefined;
  }
}

/** What Go finds in each tar: entries, or an error as text. */
function theirs(tars: readonly Buffer[], folder: string): readonly unknown[] {
  const paths = tars.map((bytes, i) => {
    const path = join(folder, `${i}.tar`);
    writeFileSync(path, bytes);
    return path;
  });
  const lines = execFileSync(reader ?? '', { input: paths.join('\n'), encoding: 'utf8', maxBuffer: 1024 ** 3 });
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

for (let first = 0; first < count; first += batch)
  test(`Go reads the same entries and bytes in the tars from ${first} to ${first + batch - 1} that we accept`, {
    skip,
  }, () => {
    using folder = temporaryFolder();
    const seed = first + 1;
    const tars = fc.sample(anyTar, { numRuns: batch, seed });
    const found = theirs(tars, folder.path);
    assert.equal(found.length, tars.length);
    let accepted = 0;
    tars.forEach((bytes, i) => {
      const entries = ours(bytes);
      if (!entries) return;
      accepted++;
      assert.deepEqual(found[i], entries, `seed ${seed}, tar ${i}`);
    });
    assert.ok(accepted > batch / 20, `${accepted} tars were accepted`);
  });
