/** A misbehaviour: where, how often, and what. */
export interface Fault {
  readonly method: string;
  /** Of the path and query. */
  readonly path: RegExp;
  /** How many matching requests are spared before, and how many it then hits; all by default. */
  readonly skip?: number;
  readonly times?: number;
  readonly action: FaultAction;
}

/** What happens instead of the right answer, or to it. */
export type FaultAction =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The connection is cut before anything is answered; of a body, so many bytes are taken first. */
  | { readonly kind: 'cut'; readonly afterBodyBytes?: number }
  /** The right answer, cut after so many bytes. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  /** The right answer with one byte changed. */
  | { readonly kind: 'corrupt' }
  /** The right answer with other headers. */
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string>> }
  /** Ranges are ignored: the whole content is sent. */
  | { readonly kind: 'whole' }
  /** Nothing is ever answered. */
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
