import { type AddTest, addCases } from '../suite/addCases.ts';
import { openBench } from '../suite/Bench.ts';
import type { MakeReadiness } from './MadeReadiness.ts';
import { readinessCases } from './readinessCases.ts';

/**
 * Tests a check of readiness: each rule is one test of the runner (`test` of node:test, vitest or jest), on a check that
 * `make` makes for it. Powers that it has not are skipped, with the reason.
 */
export function testReadiness(test: AddTest, make: MakeReadiness): void {
  addCases(test, readinessCases, openBench(make));
}
