import type { ProgressReporter } from '@kitwright/core/plugin';
import type { TestContext } from '../context/testContext.ts';
import type { Disposable } from '../suite/Bench.ts';

/** Makes a reporter for one case. */
export type MakeReporter = (
  context: TestContext,
) => MadeReporter | ProgressReporter | Promise<MadeReporter | ProgressReporter>;

/** A reporter, and where it writes besides lines. */
export interface MadeReporter extends Disposable {
  readonly reporter: ProgressReporter;
  /** All that it wrote elsewhere: a report in a file, requests. */
  readonly written?: () => string | Promise<string>;
}

export function asMadeReporter(made: MadeReporter | ProgressReporter): MadeReporter {
  return 'reporter' in made ? made : { reporter: made };
}
