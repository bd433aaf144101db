import { type AddTest, addCases } from '../suite/addCases.ts';
import { openBench } from '../suite/Bench.ts';
import { asMadePlugin, type MakePlugin } from './MadePlugin.ts';
import { pluginCases } from './pluginCases.ts';

/**
 * Tests a plugin as a whole, its hooks above all: each rule is one test of the runner (`test` of node:test, vitest or
 * jest), on a plugin that `make` makes for it. What the maker gives no means for is skipped, with the reason.
 */
export function testPlugin(test: AddTest, make: MakePlugin): void {
  addCases(
    test,
    pluginCases,
    openBench(async (context) => asMadePlugin(await make(context))),
  );
}
