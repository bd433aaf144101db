import { isTag, KitwrightError } from '@kitwright/core/plugin';
import { answerError } from './answerError.ts';
import type { HttpAnswer } from './HttpAnswer.ts';
import type { HttpRequest } from './HttpRequest.ts';
import { shownRequest } from './networkError.ts';
import type { Repository } from './Repository.ts';
import { readJson } from './readBody.ts';

/** All tags of a repository, in the registry's order. Throws `remote-malformed` for an invalid tag. */
export async function* listTags(repository: Repository): AsyncGenerator<string> {
  const what = `list the tags of ${repository.name}`;
  for await (const { tags } of pages(repository, 'tags/list?n=1000', what))
    for (const tag of Array.isArray(tags) ? tags : []) {
      if (typeof tag !== 'string' || !isTag(tag))
        throw new KitwrightError(
          'remote-malformed',
          `${repository.name} lists ${typeof tag === 'string' ? JSON.stringify(tag) : `a ${typeof tag}`}, which is not a tag.`,
        );
      yield tag;
    }
}

/** The most pages of a list: a registry may lead in circles. */
const maxPages = 1000;

const maxPage = 4 * 1024 * 1024;

interface PagesOptions {
  /** Does the answer say that the endpoint does not exist? */
  readonly isAbsent?: (answer: HttpAnswer) => boolean;
  readonly accept?: string;
}

/**
 * Reads page after page of an endpoint, none where it does not exist. Throws `remote-malformed` for a list without an
 * end.
 */
export async function* pages(
  { client, scopes, at }: Repository,
  endpoint: string,
  what: string,
  { isAbsent = ({ status }) => status === 404, accept = 'application/json' }: PagesOptions = {},
): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const seen = new Set<string>();
  for (let url: URL | undefined = at(endpoint); url; ) {
    const request: HttpRequest = { method: 'GET', url, headers: { accept } };
    if (seen.has(url.href) || seen.size >= maxPages)
      throw new KitwrightError('remote-malformed', `${shownRequest(request)} has pages without an end.`);
    seen.add(url.href);
    const answer = await client.send(request, scopes());
    if (isAbsent(answer)) {
      await answer.discard();
      return;
    }
    if (answer.status !== 200) throw await answerError(request, answer, what);
    url = nextPage(request, answer);
    yield await readJson(answer, request, maxPage);
  }
}

/** `Link: </v2/...>; rel="next"` (RFC 8288), on the same host. */
export function nextPage(request: HttpRequest, answer: HttpAnswer): URL | undefined {
  const match = /<([^<>]{1,4096})>\s*;\s*rel="?next"?/.exec(answer.header('link') ?? '');
  if (!match?.[1] || !URL.canParse(match[1], request.url.href)) return undefined;
  const url = new URL(match[1], request.url);
  const namespace = request.url.searchParams.get('ns');
  if (namespace !== null) url.searchParams.set('ns', namespace);
  // Some proxies write the wrong scheme or port; a link to another host is not followed, and `//other` is a path here.
  const next = new URL(request.url.origin);
  [next.pathname, next.search] = [url.pathname, url.search];
  return next;
}
