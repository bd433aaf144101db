import { annotationNames } from '@kitwright/core/internal';

/** What a kit records of the run that made it. */
export interface RunRecord {
  /** `name`, `command`, `commit`, ...: see `describeRun`. */
  readonly fields: Readonly<Record<string, string>>;
  readonly step: number | undefined;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Reads the annotations of a manifest. */
export function readRun(annotations: Readonly<Record<string, string>>): RunRecord {
  const step = Number(annotations[annotationNames.step]);
  const metrics = Object.entries(below(annotations, annotationNames.metricPrefix));
  return {
    fields: below(annotations, annotationNames.runPrefix),
    step: Number.isSafeInteger(step) ? step : undefined,
    metrics: recordOf(metrics.map(([name, value]) => [name, Number(value)])),
  };
}

function below(annotations: Readonly<Record<string, string>>, prefix: string): Readonly<Record<string, string>> {
  return recordOf(
    Object.entries(annotations).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
    ),
  );
}

/** Whoever wrote a kit chose the names: what another kit lacks must not be found in JavaScript's own objects. */
function recordOf<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null) as Record<string, T>, Object.fromEntries(entries));
}
