import type { KitEvent, StartEvent, TimedEvent, WaitingPath } from '../watching/WatchEvent.ts';

/** What is known after some events. */
export interface Summary {
  readonly mode: 'events' | 'scan' | undefined;
  readonly running: boolean;
  /** What the last watch recorded of its run. */
  readonly run: Readonly<Record<string, string>>;
  /** Of `--best`. */
  readonly best: string | undefined;
  /** Index of the first kit of the last watch. */
  readonly first: number;
  readonly kits: readonly TimelineKit[];
  readonly waiting: readonly WaitingPath[];
  readonly problem: string | undefined;
}

/** A kit among all kits of a directory: its counts begin anew with each watch, its index does not. */
export interface TimelineKit {
  readonly index: number;
  readonly at: number;
  readonly event: KitEvent;
  readonly push: PushState;
  /** Were tags of it removed by `--keep`? */
  readonly pruned: boolean;
  /** Status of the command of `--on-kit`. */
  readonly status: number | undefined;
}

/** What became of a kit at the registry. */
export type PushState = 'none' | 'pushed' | 'failed';

export const emptySummary: Summary = {
  mode: undefined,
  running: false,
  run: {},
  best: undefined,
  first: 0,
  kits: [],
  waiting: [],
  problem: undefined,
};

/** What is known after one more event. */
export function addEvent(summary: Summary, event: TimedEvent): Summary {
  const counted = (count: number) => (kit: TimelineKit) => kit.index >= summary.first && kit.event.count === count;
  switch (event.type) {
    case 'start':
      return startWatch(summary, event);
    case 'kit':
      return addKit(summary, event.at, event);
    case 'waiting':
      return { ...summary, waiting: event.waiting };
    case 'failed':
      return { ...summary, problem: event.message };
    case 'recovered':
      return { ...summary, problem: undefined };
    case 'pushed':
      return changeKit(summary, (kit) => kit.event.digest === event.digest, { push: 'pushed' });
    case 'push-failed':
      return changeKit(summary, counted(event.count), { push: 'failed' });
    case 'pruned':
      return prune(summary, event.tags);
    case 'ran':
      return changeKit(summary, counted(event.count), { status: event.status });
    case 'end':
      return { ...summary, running: false, waiting: [] };
    default:
      // A newer version told it.
      return summary;
  }
}

function startWatch({ kits }: Summary, { mode, run = {}, best }: StartEvent): Summary {
  return { ...emptySummary, mode, running: true, run, best, first: kits.length, kits };
}

function addKit(summary: Summary, at: number, event: KitEvent): Summary {
  const kit: TimelineKit = { index: summary.kits.length, at, event, push: 'none', pruned: false, status: undefined };
  const run = { ...summary.run, ...event.parameters };
  return { ...summary, run, kits: [...summary.kits, kit], problem: undefined };
}

function changeKit(summary: Summary, chosen: (kit: TimelineKit) => boolean, change: Partial<TimelineKit>): Summary {
  const at = summary.kits.findLastIndex(chosen);
  const kit = summary.kits[at];
  return kit ? { ...summary, kits: summary.kits.with(at, { ...kit, ...change }) } : summary;
}

function prune(summary: Summary, tags: readonly string[]): Summary {
  const isPruned = ({ event }: TimelineKit) => event.names.some((name) => tags.some((tag) => name.endsWith(`:${tag}`)));
  return { ...summary, kits: summary.kits.map((kit) => (isPruned(kit) ? { ...kit, pruned: true } : kit)) };
}

/** Sums over kits; bytes. */
export interface Totals {
  readonly kits: number;
  readonly bytes: number;
  /** Not read and hashed again, because layers or their beginnings were known. */
  readonly saved: number;
  readonly rebuilt: number;
  readonly reused: number;
}

export function totalsOf(kits: readonly TimelineKit[]): Totals {
  const layers = kits.flatMap(({ event }) => event.layers);
  const bytes = kits.reduce((sum, { event }) => sum + event.bytes, 0);
  const hashed = kits.reduce((sum, { event }) => sum + event.bytesHashed, 0);
  const reused = layers.filter((layer) => layer.reused).length;
  return { kits: kits.length, bytes, saved: Math.max(0, bytes - hashed), rebuilt: layers.length - reused, reused };
}

/** One metric over kits. */
export interface Series {
  readonly metric: string;
  /** Steps where all kits have a growing one, else numbers of kits. */
  readonly by: 'step' | 'kit';
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Every metric of which some kit has a finite value. */
export function seriesOf(kits: readonly TimelineKit[]): readonly Series[] {
  const metrics = new Set(kits.flatMap(({ event }) => Object.keys(event.metrics)));
  const series = [...metrics].map((metric): Series => {
    // What is no finite number has no place in a plot.
    const having = kits.filter(({ event }) => typeof event.metrics[metric] === 'number');
    const steps = having.map(({ event }) => event.step);
    const byStep = grows(steps);
    return {
      metric,
      by: byStep ? 'step' : 'kit',
      x: byStep ? steps : having.map(({ index }) => index + 1),
      y: having.map(({ event }) => Number(event.metrics[metric])),
    };
  });
  return series.filter(({ y }) => y.length > 0);
}

function grows(values: readonly (number | null)[]): values is readonly number[] {
  return values.every((value, i) => value !== null && (i === 0 || value > (values[i - 1] ?? value)));
}

/** The kit with the best value of a metric; the earlier of two. Undefined if none has a finite one. */
export function bestKit(kits: readonly TimelineKit[], metric: string, isLower: boolean): TimelineKit | undefined {
  const valued = kits.flatMap((kit) => {
    const value = kit.event.metrics[metric];
    return typeof value === 'number' ? [{ kit, value }] : [];
  });
  const better = (a: number, b: number) => (isLower ? a < b : a > b);
  return valued.reduce<(typeof valued)[number] | undefined>(
    (best, one) => (!best || better(one.value, best.value) ? one : best),
    undefined,
  )?.kit;
}
