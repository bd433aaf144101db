import type { Executor } from '@kitwright/core/plugin';
import type { TestContext } from '../context/testContext.ts';
import type { Disposable } from '../suite/Bench.ts';

/** Makes an executor for one case. */
export type MakeExecutor = (context: TestContext) => MadeExecutor | Executor | Promise<MadeExecutor | Executor>;

/** An executor. */
export interface MadeExecutor extends Disposable {
  readonly executor: Executor;
}

export function asMadeExecutor(made: MadeExecutor | Executor): MadeExecutor {
  return 'executor' in made ? made : { executor: made };
}
