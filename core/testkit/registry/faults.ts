/** A fault: where, how often, and what. */
export interface Fault {
  readonly method: string;
  /** Matches path and query. */
  readonly path: RegExp;
  /** How many matching requests it skips first, and how many it hits then; all by default. */
  readonly skip?: number;
  readonly times?: number;
  readonly action: FaultAction;
}

/** What happens to the correct answer, or instead of it. */
export type FaultAction =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The connection is cut before the answer; this many bytes of a body are read first. */
  | { readonly kind: 'cut'; readonly afterBodyBytes?: number }
  /** The correct answer, cut after this many bytes. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  /** The correct answer with one byte changed. */
  | { readonly kind: 'corrupt' }
  /** The correct answer with other headers. */
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string>> }
  /** Ranges are ignored: the whole blob is sent. */
  | { readonly kind: 'whole' }
  /** There is never an answer. */
  | { readonly kind: 'silence' };

/** The action for a request, if a fault hits it. `hits` counts per fault. */
export function takeFault(
  faults: readonly Fault[],
  hits: Map<Fault, number>,
  method: string,
  path: string,
): FaultAction | undefined {
  for (const fault of faults) {
    if (fault.method !== method || !fault.path.test(path)) continue;
    const count = (hits.get(fault) ?? 0) + 1;
    hits.set(fault, count);
    const skip = fault.skip ?? 0;
    if (count > skip && count <= skip + (fault.times ?? Number.POSITIVE_INFINITY)) return fault.action;
  }
  return undefined;
}
