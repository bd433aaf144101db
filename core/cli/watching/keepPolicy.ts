import { KitwrightError } from '@kitwright/core/internal';

/** Which kits of a watch stay: a kit stays if at least one rule keeps it. */
export interface KeepPolicy {
  readonly last: number;
  readonly best: number;
  /** One kit stays for each multiple of this number. */
  readonly every: number | undefined;
  /** The metric of `best`; `max` if more is better. */
  readonly metric: { readonly name: string; readonly better: 'min' | 'max' } | undefined;
}

/** A kit that the policy may remove. */
export interface KeptKit {
  readonly tag: string;
  readonly n: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Reads `last=5,best=3,every=10` and the metric. Throws `usage`. */
export function parseKeep(keep: string, metric: string | undefined): KeepPolicy {
  const rules = new Map(keep.split(',').map(ruleOf));
  if (rules.has('best') && metric === undefined)
    throw usage('--keep best=N needs --metric: the metric by which kits are compared.');
  return {
    last: rules.get('last') ?? 1,
    best: rules.get('best') ?? 0,
    every: rules.get('every'),
    metric: metric === undefined ? undefined : metricOf(metric),
  };
}

function ruleOf(text: string): readonly [string, number] {
  const [, word = '', count = ''] = /^(last|best|every)=([1-9]\d{0,5})$/.exec(text) ?? [];
  if (word) return [word, Number(count)];
  throw usage(`--keep does not know ${JSON.stringify(text)}: rules are last=N, best=N and every=N.`);
}

function usage(message: string): KitwrightError {
  return new KitwrightError('usage', message, {
    hint: 'For example --keep last=5,best=3,every=10 --metric eval_loss.',
  });
}

function metricOf(text: string): NonNullable<KeepPolicy['metric']> {
  const [, better, name = ''] = /^(?:(min|max):)?(\w{1,64})$/.exec(text) ?? [];
  if (name) return { name, better: better === 'max' ? 'max' : 'min' };
  throw usage(`--metric must be a name, or max:NAME where more is better, not ${JSON.stringify(text)}.`);
}

/** The kits that no rule keeps, oldest first. */
export function superfluous(kits: readonly KeptKit[], policy: KeepPolicy): readonly KeptKit[] {
  const ordered = [...kits].sort((a, b) => a.n - b.n);
  const kept = new Set([
    ...ordered.slice(-policy.last),
    ...bestOf(ordered.slice(), policy),
    ...ordered.filter(({ n }) => policy.every !== undefined && n % policy.every === 0),
  ]);
  return ordered.filter((kit) => !kept.has(kit));
}

function bestOf(kits: readonly KeptKit[], { best, metric }: KeepPolicy): readonly KeptKit[] {
  if (!metric) return [];
  const { name, better } = metric;
  const sign = better === 'max' ? -1 : 1;
  // NaN and infinities are never the best, although an infinity is the smallest or largest number.
  const measured = kits.filter(({ metrics }) => Number.isFinite(metrics[name]));
  const order = (a: KeptKit, b: KeptKit) =>
    sign * ((a.metrics[name] as number) - (b.metrics[name] as number)) || b.n - a.n;
  return measured.sort(order).slice(0, best);
}
