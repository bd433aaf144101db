import type { CheckpointProgress } from '../host/capabilities.ts';
import type { Plan } from '../host/nouns.ts';
import { annotationNames } from '../oci/mediaTypes.ts';
import { type CheckpointPlace, progressIn } from './checkpoints.ts';

/** The progress that the checkpoints of a plan record, with the metrics of a file. */
export function progressOf(
  plan: Plan,
  place: CheckpointPlace,
  measured: CheckpointProgress | undefined,
): CheckpointProgress | undefined {
  const own = progressIn(plan, place);
  if (!own || !measured) return own ?? measured;
  return { step: Math.max(own.step, measured.step), metrics: { ...own.metrics, ...measured.metrics } };
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
