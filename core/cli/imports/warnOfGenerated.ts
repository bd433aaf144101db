import type { Generated } from '@kitwright/core/internal/builds';
import type { Session } from '../Session.ts';

/** Says of a generated Kitfile what was not recognised, what was left out, and what checkpoints can be. */
export function warnOfGenerated(session: Session, { unknownLicenses, leftOut, inside, checkpoints }: Generated): void {
  if (unknownLicenses.length) session.warn(`Unable to determine the license of ${unknownLicenses.join(', ')}`);
  const sentences = [
    ...(leftOut.length ? [`Left out of the Kitfile: ${list(leftOut)}.`] : []),
    ...(inside.length
      ? [`Still in directories that are packed whole: ${list(inside)}. Name them in .kitignore to leave them out.`]
      : []),
  ];
  if (sentences.length) session.warn(sentences.join(' '));
  if (checkpoints.length)
    session.warn(
      `Checkpoints are in ${list(checkpoints)}. With --layers per-checkpoint, pack and watch make each a layer of its own.`,
    );
}

/** How many names are shown. */
const shown = 5;

function list(paths: readonly string[]): string {
  const more = paths.length > shown ? ` and ${paths.length - shown} more` : '';
  return `${paths.length} (${paths.slice(0, shown).join(', ')}${more})`;
}
