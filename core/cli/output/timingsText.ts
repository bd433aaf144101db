import type { Timing } from '@kitwright/core/internal';
import { formatTable } from './formatTable.ts';

/** The table of `--timing`, the longest first. */
export function timingsText(timings: readonly Timing[]): readonly string[] {
  if (!timings.length) return ['No plugin was called.'];
  const rows = timings.map(({ plugin, what, calls, ms }) => [plugin, what, String(calls), ms.toFixed(1)]);
  return formatTable([['PLUGIN', 'WHAT', 'CALLS', 'MS'], ...rows]);
}
