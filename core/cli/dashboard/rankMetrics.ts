/** The metrics of a page: what people look for first, and what is folded away. */
export interface RankedMetrics {
  readonly first: readonly string[];
  readonly folded: readonly string[];
}

/** Times, rates and settings, of which no kit is the best. */
const folded =
  /(?:runtime|per_second|_time|^time|_ms$|_s$|seconds|^epoch$|grad_norm|learning_rate|^lr(?:[-_/]|$)|flos|tokens|samples|input_|memory|steps?$)/i;

const isEvaluation = /^(?:eval|val|valid|validation|test)(?:[-_/.]|$)|[-_/.](?:eval|val|valid|test)$/i;

/** Metrics that are better the lower they are. */
const lower = /loss|error|perplexity|\bppl\b|(?:^|[-_/.])(?:mae|mse|rmse|nll|wer|cer|bpb|fid)(?:[-_/.]|$)/i;

/** Losses and evaluations first, by name where equal. */
export function rankMetrics(names: readonly string[]): RankedMetrics {
  const rank = (name: string) => (isEvaluation.test(name) ? 0 : 2) + (lower.test(name) ? 0 : 1);
  const sorted = names.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return { first: sorted.filter((name) => !folded.test(name)), folded: sorted.filter((name) => folded.test(name)) };
}

/** Is a lower value of the metric better? A guess by its name, which a user's choice beats. */
export function isLowerBetter(name: string, chosen?: string): boolean {
  const [metric, direction] = chosen?.split(/:(?=min$|max$)/) ?? [];
  return metric === name ? direction !== 'max' : lower.test(name);
}
