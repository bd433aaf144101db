import { type AddTest, addCases } from '../suite/addCases.ts';
import { openBench } from '../suite/Bench.ts';
import { checkpointCases } from './checkpointCases.ts';
import type { MakeCheckpoint } from './MadeCheckpoint.ts';

/**
 * Tests a checkpoint format: each rule is one test of the runner (`test` of node:test, vitest or jest), on a format that
 * `make` makes for it. What it does not do is skipped, with the reason.
 */
export function testCheckpoint(test: AddTest, make: MakeCheckpoint): void {
  addCases(test, checkpointCases, openBench(make));
}
