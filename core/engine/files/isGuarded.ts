import { type BytePath, baseOf } from './bytePath.ts';

/** Version control, keys, settings and programs of a user, and what we keep ourselves. */
const names =
  /^(?:\.git|git~\d|\.hg|\.svn|\.jj|\.husky|\.githooks|\.ssh|\.gnupg|\.aws|\.azure|\.kube|\.docker|\.config|\.local|\.cargo|\.kitwright|\.kitops)$/i;

/**
 * Is it a directory to which nobody else adds? What is new in one that is there already is obeyed as what its owner put
 * there: a hook of git, a key that may log in.
 */
export function isGuarded(directory: BytePath): boolean {
  return names.test(baseOf(directory));
}
