import { execFileSync } from 'node:child_process';
import type { Bench, Row } from './Bench.ts';
import { figures, type Measured, median } from './measure.ts';
import { warmMemory } from './warmMemory.ts';

export interface Pairs {
  readonly what: string;
  readonly goal: number;
  /** GiB that a run writes, rounded up. */
  readonly writes?: number;
  /** Runs before each measured run. */
  readonly prepare: (which: 'ours' | 'theirs', pair: number) => Promise<unknown> | unknown;
  readonly ours: () => Promise<Measured>;
  readonly theirs: () => Promise<Measured>;
}

/** Paired runs; the order alternates. The ratio is the median of those of the pairs. */
export async function pairsOf(bench: Bench, { what, goal, writes = 1, prepare, ...run }: Pairs): Promise<Row> {
  const runs: Readonly<Record<'ours' | 'theirs', Measured[]>> = { ours: [], theirs: [] };
  const order = ['ours', 'theirs'] as const;
  for (let pair = 0; pair < bench.pairs; pair++)
    for (const which of pair % 2 ? order.toReversed() : order) {
      await prepare(which, pair);
      execFileSync('sync');
      warmMemory(writes);
      runs[which].push(await run[which]());
    }
  const ratio = median(runs.ours.map(({ ms }, pair) => ms / (runs.theirs[pair]?.ms ?? 1)));
  return { what, ratio, goal, ours: figures(runs.ours), theirs: figures(runs.theirs) };
}
