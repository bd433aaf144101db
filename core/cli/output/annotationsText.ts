import { annotationNames, type LoadedKit } from '@kitwright/core/internal';
import { formatTable } from './formatTable.ts';

/** An annotation that differs; undefined where a kit does not have it. */
export interface AnnotationRow {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** The annotations that differ between two kits: step and metrics first. */
export function annotationRows(first: LoadedKit, second: LoadedKit): readonly AnnotationRow[] {
  const [before, after] = [first.manifest.annotations ?? {}, second.manifest.annotations ?? {}];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((name) => before[name] !== after[name])
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map((name) => ({ name, before: before[name], after: after[name] }));
}

function rank(name: string): number {
  return name === annotationNames.step ? 0 : name.startsWith(annotationNames.metricPrefix) ? 1 : 2;
}

/** Side by side; empty if there is no difference. */
export function annotationsText(rows: readonly AnnotationRow[]): readonly string[] {
  if (rows.length === 0) return [];
  const table = formatTable([
    ['NAME', 'MODELKIT1', 'MODELKIT2'],
    ...rows.map(({ name, before = '', after = '' }) => [shown(name), before, after]),
  ]);
  return ['Metrics and annotations', '-'.repeat(39), ...table, ''];
}

/** Metrics by their own names. */
function shown(name: string): string {
  return name.startsWith(annotationNames.metricPrefix) ? name.slice(annotationNames.metricPrefix.length) : name;
}
