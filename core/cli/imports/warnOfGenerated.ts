import type { Generated } from '@kitwright/core/internal';
import type { Session } from '../Session.ts';

/** Warns about a generated Kitfile: licences that were not recognised, and files that were left out. */
export function warnOfGenerated(session: Session, { unknownLicenses, leftOut, inside }: Generated): void {
  if (unknownLicenses.length) session.warn(`Unable to determine the license of ${unknownLicenses.join(', ')}`);
  const sentences = [
    ...(leftOut.length ? [`Left out of the Kitfile: ${list(leftOut)}.`] : []),
    ...(inside.length
      ? [`Still in directories that are packed whole: ${list(inside)}. Name them in .kitignore to leave them out.`]
      : []),
  ];
  if (sentences.length) session.warn(sentences.join(' '));
}

/** How many names are shown. */
const shown = 5;

function list(paths: readonly string[]): string {
  const more = paths.length > shown ? ` and ${paths.length - shown} more` : '';
  return `${paths.length} (${paths.slice(0, shown).join(', ')}${more})`;
}
