import { KitwrightError, type OpenContext } from '@kitwright/core/plugin';
import { withoutCredentials } from './runGit.ts';

const question = '/info/refs?service=git-upload-pack';

/** Did git stop at a redirect, which it is told not to follow? */
export function isRedirect(error: unknown): boolean {
  return error instanceof KitwrightError && /requested URL returned error: 30[12378]\b/.test(error.message);
}

/**
 * Where a server leads git: a repository that was renamed, say. git itself would follow to any host, also to those that
 * only we reach. Undefined if it leads to no repository. Throws what `context.fetch` throws for a redirect that is refused.
 */
export async function followedLocation(
  location: string,
  { fetch, userAgent }: OpenContext,
  signal: AbortSignal,
): Promise<string | undefined> {
  const asked = `${withoutCredentials(location).replace(/(?<!\/)\/+$/, '')}${question}`;
  const { url, body } = await fetch(asked, { headers: { 'user-agent': userAgent }, signal });
  await body?.cancel();
  return url !== asked && url.endsWith(question) ? url.slice(0, -question.length) : undefined;
}
