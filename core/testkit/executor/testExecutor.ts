import { type AddTest, addCases } from '../suite/addCases.ts';
import { openBench } from '../suite/Bench.ts';
import { executorCases } from './executorCases.ts';
import { asMadeExecutor, type MakeExecutor } from './MadeExecutor.ts';

/**
 * Tests an executor: each rule is one test of the runner (`test` of node:test, vitest or jest), on an executor that
 * `make` makes for it.
 */
export function testExecutor(test: AddTest, make: MakeExecutor): void {
  addCases(
    test,
    executorCases,
    openBench(async (context) => asMadeExecutor(await make(context))),
  );
}
