/** One rule, with a name that says it. */
export interface Case<B> {
  readonly name: string;
  /** `open` makes what is tested, fresh and empty, and ends it when it is disposed. */
  readonly run: (open: OpenBench<B>) => Promise<void>;
}

/** Makes what one case is run on. */
export type OpenBench<B> = () => Promise<B & AsyncDisposable>;

/** A case that opens once. */
export function benchCase<B>(name: string, run: (bench: B) => Promise<void>): Case<B> {
  return {
    name,
    run: async (open) => {
      await using bench = await open();
      await run(bench);
    },
  };
}

/** Why a case says nothing of what is tested: it has not the power, or the maker gives no means for it. */
export class NotRun extends Error {}
