import { type TestContext, testContext } from '../context/testContext.ts';
import { NotRun, type OpenBench } from './Case.ts';

/** What a maker gave for one case, and the context that it got. */
export interface Bench<M> {
  readonly made: M;
  readonly context: TestContext;
}

/** What makers give may have to be ended. */
export interface Disposable {
  /** Ends all that was opened: connections, servers. Nothing may be left then. */
  readonly dispose?: () => void | Promise<void>;
}

/** Makes a bench for each case, and ends what the maker opened. */
export function openBench<M extends Disposable>(make: (context: TestContext) => M | Promise<M>): OpenBench<Bench<M>> {
  return async () => {
    const context = testContext();
    const made = await make(context);
    return {
      made,
      context,
      [Symbol.asyncDispose]: async () => {
        await made.dispose?.();
        await context[Symbol.asyncDispose]();
      },
    };
  };
}

/** What the maker gave. Throws `NotRun` if it gave none. */
export function requireMeans<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value;
  throw new NotRun(`the maker gives no \`${name}\``);
}

/** Throws `NotRun` if nobody took the signal of the context. */
export function requireSignal({ isSignalTaken }: TestContext): void {
  if (!isSignalTaken()) throw new NotRun('the maker did not take the `signal` of its context');
}
