import { type Case, NotRun, type OpenBench } from './Case.ts';
import { within } from './within.ts';

/** `test` of node:test, vitest or jest: names a case and runs it. */
export type AddTest = (name: string, run: (...given: unknown[]) => Promise<void>) => unknown;

/** Longer (ms) does no case take; one of gigabytes may. */
const patience = 60_000;

/**
 * Gives each case to a runner. A case that cannot be run is skipped where the runner's context has `skip`, as those of
 * node:test and vitest have, and is told by a warning of the process elsewhere; it never passes in silence.
 */
export function addCases<B>(test: AddTest, cases: readonly Case<B>[], open: OpenBench<B>, limit = patience): void {
  for (const { name, run } of cases)
    test(name, async (...given) => {
      try {
        await within(limit, () => run(open));
      } catch (error) {
        if (!(error instanceof NotRun)) throw error;
        skip(name, error.message, given[0]);
      }
    });
}

function skip(name: string, reason: string, context: unknown): void {
  if (typeof context === 'object' && context !== null && 'skip' in context && typeof context.skip === 'function')
    context.skip(reason);
  else process.emitWarning(`Not run: ${name}: ${reason}`, 'TestkitWarning');
}
