import { KitwrightError } from '@kitwright/core/internal';

/** A hash of git, or its beginning as git shows it; a name of digits alone, a date say, is one only at full length. */
const isHash = (revision: string) =>
  /^[0-9a-f]{40,64}$/i.test(revision) || (/^[0-9a-f]{7,39}$/i.test(revision) && /[a-f]/i.test(revision));

/**
 * Whoever names a commit by its hash means no branch or tag of that name, which anybody who writes the repository can make:
 * servers look for names first, and for the beginning of a hash not at all. Throws `remote-refused`.
 */
export function checkNamedCommit(revision: string | undefined, commit: string | undefined): void {
  if (revision === undefined || commit === undefined || !isHash(revision)) return;
  if (commit.startsWith(revision.toLowerCase())) return;
  throw new KitwrightError(
    'remote-refused',
    `${revision} looks like the hash of a commit, and the repository has a branch or tag of that name, at another one: ${commit}.`,
    {
      data: { commit },
      hint: `Give the whole hash of the commit, or say what it is: refs/heads/${revision} or refs/tags/${revision}.`,
    },
  );
}
