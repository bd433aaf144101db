import type { Target } from '@kitwright/core/plugin';
import type { TestContext } from '../context/testContext.ts';

/** Makes a target for one case: nothing is in it yet. What `provider.open` gives is one too. */
export type MakeTarget = (context: TestContext) => Made | Promise<Made>;

type Made = MadeTarget | Target;

/** A fresh, empty target. */
export interface MadeTarget {
  readonly target: Target;
  /** The name of a repository in it, for `resolve` and `tag`; `localhost/conformance` by default. */
  readonly repository?: string;
  /** The name of another repository at the same place, if the place has many. */
  readonly otherRepository?: string;
  /**
   * Opens the same place once more, as another process would, for one of its repositories: with a context whose
   * signal is its own. Nothing in memory may be shared with `target`.
   */
  readonly reopen?: (repository: string, context: TestContext) => Target | Promise<Target>;
  /** Ends all that was opened: connections, servers. Nothing may be left then. */
  readonly dispose?: () => void | Promise<void>;
}

export const defaultRepository = 'localhost/conformance';

/** Some makers give a target alone. */
export function asMade(made: Made): MadeTarget {
  return 'target' in made ? made : { target: made };
}
