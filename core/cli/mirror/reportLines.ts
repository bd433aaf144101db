import { messageOf } from '@kitwright/core/internal';
import type { MirroredKit, MirrorOptions, MirrorReport } from './MirrorReport.ts';

/** The lines of a report. */
export function reportLines(
  { kits, others, deleted }: MirrorReport,
  { dryRun }: Pick<MirrorOptions, 'dryRun'>,
): readonly string[] {
  const count = (wanted: MirroredKit['outcome']) => kits.filter(({ outcome }) => outcome === wanted).length;
  const gone = new Set(deleted);
  const would = dryRun ? 'Would copy' : 'Copied';
  return [
    ...kits.flatMap(({ source, target, digest, outcome, error }) => {
      if (outcome === 'failed') return [`Failed ${source}: ${messageOf(error)}`, ...hintOf(error)];
      return outcome === 'copied' ? `${would} ${source} to ${target} (${digest})` : `Unchanged ${target}`;
    }),
    ...deleted.map((tag) => `${dryRun ? 'Would delete' : 'Deleted'} ${tag}`),
    ...others.filter((tag) => !gone.has(tag)).map((tag) => `Only at the destination: ${tag}`),
    `${count('copied')} ${dryRun ? 'to copy' : 'copied'}, ${count('unchanged')} unchanged, ${count('failed')} failed, ${deleted.length} ${dryRun ? 'to delete' : 'deleted'}`,
  ];
}

function hintOf(error: MirroredKit['error']): readonly string[] {
  return error?.hint === undefined ? [] : [`  hint: ${error.hint}`];
}
