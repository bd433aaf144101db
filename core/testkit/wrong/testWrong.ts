import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AddTest } from '../suite/addCases.ts';
import { verdictOf } from './verdictOf.ts';

/** Something wrong: what it does, and the cases that must fail for it. */
export interface Wrong<Make> {
  readonly does: string;
  readonly fails: readonly string[];
  readonly make: Make;
}

/** `npm run soak` runs all cases on each. Else what must fail is run, and of the rest each time another part. */
const isWhole = Number(process.env['SEEDS'] ?? 0) > 5;
const every = 10;

/**
 * Runs a suite on a right plugin, which fails nowhere, and on wrong ones, each of which fails where it should. `skips`
 * are the cases that say nothing of the right one.
 */
export function testWrong<Make>(
  suite: (test: AddTest, make: Make) => void,
  right: Make,
  wrong: readonly Wrong<Make>[],
  skips: readonly string[] = [],
): void {
  describe(suite.name, () => {
    test('a right one passes', async () => {
      const { failed, skipped, reasons } = await verdictOf((add) => suite(add, right));
      assert.deepEqual({ failed, skipped }, { failed: [], skipped: skips }, reasons.join('\n'));
    });
    for (const [turn, { does, fails, make }] of wrong.entries())
      test(`one that ${does} is found`, async () => {
        const isWanted = (name: string, index: number) =>
          isWhole || index % every === turn % every || fails.includes(name);
        const { failed, reasons } = await verdictOf((add) => suite(add, make), isWanted);
        assert.deepEqual(failed, fails, reasons.join('\n'));
      });
  });
}
