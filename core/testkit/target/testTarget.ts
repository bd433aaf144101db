import { type AddTest, addCases } from '../suite/addCases.ts';
import { abortCases } from './abortCases.ts';
import { openBench, type TargetCase } from './Bench.ts';
import { changingCases } from './changingCases.ts';
import { existsCases } from './existsCases.ts';
import { faultCases } from './faultCases.ts';
import { fetchCases } from './fetchCases.ts';
import { hugeCases } from './hugeCases.ts';
import { interruptedCases } from './interruptedCases.ts';
import { leakCases } from './leakCases.ts';
import { listingCases } from './listingCases.ts';
import type { MakeTarget } from './MadeTarget.ts';
import { memoryCases } from './memoryCases.ts';
import { pushCases } from './pushCases.ts';
import { readCases } from './readCases.ts';
import { refusedCases } from './refusedCases.ts';
import { reopenCases } from './reopenCases.ts';
import { secretCases } from './secretCases.ts';
import { shortcutCases } from './shortcutCases.ts';
import { tagCases } from './tagCases.ts';

export interface TargetSuiteOptions {
  /** Also stores a blob of more than 4 GiB: it takes as much space, and some time. */
  readonly huge?: boolean;
}

/** The rules for targets. */
export const targetCases: readonly TargetCase[] = [
  ...fetchCases,
  ...existsCases,
  ...pushCases,
  ...refusedCases,
  ...interruptedCases,
  ...abortCases,
  ...tagCases,
  ...reopenCases,
  ...readCases,
  ...listingCases,
  ...changingCases,
  ...shortcutCases,
  ...faultCases,
  ...secretCases,
  ...leakCases,
  ...memoryCases,
];

/**
 * Tests a target: each rule is one test of the runner (`test` of node:test, vitest or jest), on a target that `make`
 * makes for it. Powers that a target does not have are skipped, and so is what the maker gives no means for; the reason
 * is told.
 */
export function testTarget(test: AddTest, make: MakeTarget, { huge = false }: TargetSuiteOptions = {}): void {
  addCases(test, targetCases, openBench(make));
  if (huge) addCases(test, hugeCases, openBench(make), 30 * 60_000);
}
