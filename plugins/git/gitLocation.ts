import { KitwrightError } from '@kitwright/core/plugin';

const forms = [/^(?:https?|ssh|git|file):\/\/\S+$/, /^[\w.-]+@[\w.-]+:\S+$/];

/** Is this a URL for git? A bare `owner/name` is for other importers. */
export function isGitLocation(location: string): boolean {
  return forms.some((form) => form.test(location));
}

/** `owner/name`: the last two parts of the path. Throws `usage`. */
export function repositoryIn(location: string): string {
  const path = URL.canParse(location) ? new URL(location).pathname : location.replace(/^[^:]*:/, '');
  const parts = path
    .replace(/\.git\/?$/, '')
    .split('/')
    .filter(Boolean);
  if (isGitLocation(location) && parts.length >= 2) return parts.slice(-2).join('/');
  throw new KitwrightError('usage', `${JSON.stringify(location)} has no owner and name of a repository.`, {
    hint: 'For example https://git.example.com/owner/name; name the kit with --tag.',
  });
}

/** The host of a repository, with its port where the address names one; this machine for a path of it. */
export function hostIn(location: string): string {
  return URL.canParse(location)
    ? new URL(location).host || 'localhost'
    : (/^[\w.-]+@([\w.-]+):/.exec(location)?.[1] ?? 'localhost');
}
