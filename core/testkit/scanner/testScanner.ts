import { type AddTest, addCases } from '../suite/addCases.ts';
import { openBench } from '../suite/Bench.ts';
import type { MakeScanner } from './MadeScanner.ts';
import { scannerCases } from './scannerCases.ts';

/**
 * Tests a scanner: each rule is one test of the runner (`test` of node:test, vitest or jest), on a scanner that `make`
 * makes for it.
 */
export function testScanner(test: AddTest, make: MakeScanner): void {
  addCases(test, scannerCases, openBench(make));
}
