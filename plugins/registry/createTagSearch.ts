import { KitwrightError } from '@kitwright/core/plugin';
import { answerError } from './answerError.ts';
import { acceptManifests } from './createManifests.ts';
import type { HttpRequest } from './HttpRequest.ts';
import { nextPage } from './listTags.ts';
import type { Repository } from './Repository.ts';
import { readJson } from './readBody.ts';

/** Finds tags, and remembers the list of all until it is told that one changed. */
export interface TagSearch {
  readonly find: (tags: readonly string[]) => Promise<readonly string[]>;
  readonly forget: () => void;
}

/**
 * Which of some tags exist: one request for all where the registry has so few tags that it lists them on one page
 * (distribution-spec 1.1, "Listing Tags"), else one for each. Registries disagree about where `last` begins.
 */
export function createTagSearch(repository: Repository): TagSearch {
  let listed: Promise<ReadonlySet<string> | undefined> | undefined;
  const forget = () => {
    listed = undefined;
  };
  return {
    forget,
    find: async (tags) => {
      listed ??= allOnOnePage(repository);
      const all = await listed.catch((error: unknown) => {
        forget();
        throw error;
      });
      if (all) return tags.filter((tag) => all.has(tag));
      const there = await Promise.all(tags.map((tag) => isThere(repository, tag)));
      return tags.filter((_, at) => there[at]);
    },
  };
}

const maxPage = 4 * 1024 * 1024;

/** Registries cut lists at multiples of this, and some do not say so. */
const fullPage = 50;

/** Undefined where there are more pages, or no list is given. */
async function allOnOnePage({ client, scopes, at }: Repository): Promise<ReadonlySet<string> | undefined> {
  const request: HttpRequest = { method: 'GET', url: at('tags/list?n=1000') };
  const answer = await client.send(request, scopes());
  if (answer.status !== 200 || nextPage(request, answer)) {
    await answer.discard();
    return undefined;
  }
  const names = await namesIn(() => readJson(answer, request, maxPage));
  return names && (names.length === 0 || names.length % fullPage !== 0) ? new Set(names) : undefined;
}

async function namesIn(read: () => Promise<Readonly<Record<string, unknown>>>): Promise<readonly string[] | undefined> {
  try {
    const { tags } = await read();
    if (tags === null || tags === undefined) return [];
    return Array.isArray(tags) && tags.every((tag) => typeof tag === 'string') ? tags : undefined;
  } catch (error) {
    if (error instanceof KitwrightError && error.code === 'remote-malformed') return undefined;
    throw error;
  }
}

async function isThere({ client, scopes, at, name }: Repository, tag: string): Promise<boolean> {
  const request: HttpRequest = { method: 'HEAD', url: at(`manifests/${tag}`), headers: { accept: acceptManifests } };
  const answer = await client.send(request, scopes());
  // Some registries refuse to say that there is none.
  if (answer.status < 500 && answer.status !== 429) {
    await answer.discard();
    return answer.status === 200;
  }
  throw await answerError(request, answer, `say whether ${name} has the tag ${tag}`);
}
