import type { BytePath } from '../files/bytePath.ts';
import type { CheckpointProgress } from '../host/capabilities.ts';
import type { Plan } from '../host/nouns.ts';
import { namesOf } from '../host/plannedTable.ts';
import { annotationNames } from '../oci/mediaTypes.ts';
import { type CheckpointPlace, progressIn } from './checkpoints.ts';
import type { Mark } from './Mark.ts';

/** The progress that the checkpoints of a plan record, with the metrics of a file. */
export function progressOf(
  plan: Plan,
  place: CheckpointPlace,
  measured: CheckpointProgress | undefined,
  marks: readonly Mark[] = [],
): CheckpointProgress | undefined {
  const wanted = new Set(marks.map(({ path }) => path));
  const isWanted = ({ path }: { readonly path: BytePath }) => wanted.has(path);
  const packed = new Set(
    wanted.size ? plan.layers.flatMap((layer) => [...namesOf(layer).filter(isWanted)].map(({ path }) => path)) : [],
  );
  const marked = marks.filter(({ path }) => packed.has(path)).toSorted((a, b) => a.at - b.at);
  return [progressIn(plan, place), ...marked.map(({ progress }) => progress), measured].reduce(further, undefined);
}

/** The further step, and of each metric the later value. */
function further(
  before: CheckpointProgress | undefined,
  now: CheckpointProgress | undefined,
): CheckpointProgress | undefined {
  if (!before || !now) return before ?? now;
  return { step: Math.max(before.step, now.step), metrics: { ...before.metrics, ...now.metrics } };
}

/** The annotations of a kit that record progress and metrics. */
export function progressAnnotations(progress: CheckpointProgress | undefined): Readonly<Record<string, string>> {
  if (!progress) return {};
  const metrics = Object.entries(progress.metrics).map(([name, value]) => [
    `${annotationNames.metricPrefix}${name}`,
    String(value),
  ]);
  return { [annotationNames.step]: String(progress.step), ...Object.fromEntries(metrics) };
}
