import type { OtherRun } from '../dashboard/PageData.ts';
import type { Session } from '../Session.ts';
import { metricNames, type RunKit, runKits } from './runKits.ts';

/** How much of other runs a page gets. */
const [mostRuns, mostMetrics, mostPoints] = [8, 20, 1_000];

/** The runs in the local store, the newest first, for the page of a watch. */
export async function otherRuns(session: Session): Promise<readonly OtherRun[]> {
  const groups = [...Map.groupBy(await runKits(session), ({ run }) => run)].toReversed().slice(0, mostRuns);
  return groups.map(([name, kits]) => ({
    name,
    fields: kits.at(-1)?.fields ?? {},
    metrics: Object.fromEntries(
      metricNames(kits)
        .slice(0, mostMetrics)
        .map((metric) => [metric, pointsOf(kits, metric)]),
    ),
  }));
}

/** Of two kits with the same step the newer one counts. */
function pointsOf(kits: readonly RunKit[], metric: string): OtherRun['metrics'][string] {
  const byStep = new Map(
    kits.flatMap(({ step, metrics }) => {
      const value = metrics[metric];
      return step !== undefined && value !== undefined && Number.isFinite(value) ? [[step, value] as const] : [];
    }),
  );
  return [...byStep].toSorted(([a], [b]) => a - b).slice(-mostPoints);
}
