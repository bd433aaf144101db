import { type AddTest, addCases } from '../suite/addCases.ts';
import { openBench } from '../suite/Bench.ts';
import { asMadeReporter, type MakeReporter } from './MadeReporter.ts';
import { reporterCases } from './reporterCases.ts';

/**
 * Tests a reporter: each rule is one test of the runner (`test` of node:test, vitest or jest), on a reporter that `make`
 * makes for it.
 */
export function testReporter(test: AddTest, make: MakeReporter): void {
  addCases(
    test,
    reporterCases,
    openBench(async (context) => asMadeReporter(await make(context))),
  );
}
