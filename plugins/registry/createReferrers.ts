import { type Descriptor, parseDescriptor, type ReferrerLister } from '@kitwright/core/plugin';
import type { HttpAnswer } from './HttpAnswer.ts';
import { pages } from './listTags.ts';
import type { Repository } from './Repository.ts';

const maxReferrers = 10_000;

/**
 * The referrers of manifests as the API lists them (distribution-spec 1.1, "Listing Referrers"). A registry that does
 * not have it is asked once.
 */
export function createReferrers(repository: Repository): ReferrerLister['referrers'] {
  let hasApi = true;
  const isAbsent = (answer: HttpAnswer) => {
    hasApi = isAnswered(answer);
    return !hasApi;
  };
  return async function* ({ digest }: Descriptor, artifactType?: string) {
    if (!hasApi) return;
    let count = 0;
    for await (const page of pages(repository, `referrers/${digest}`, 'list the referrers', isAbsent))
      for (const entry of entriesIn(page)) {
        if (++count > maxReferrers) return;
        if (artifactType === undefined || entry.artifactType === artifactType) yield entry;
      }
  };
}

/**
 * The API answers with an index, also where there are no referrers. A registry that never heard of it refuses, in one
 * way or another, or answers with a page for people.
 */
function isAnswered(answer: HttpAnswer): boolean {
  if (answer.status === 200) return /[/+]json\b/.test(answer.header('content-type') ?? '');
  return answer.status > 500 ? answer.status !== 501 : answer.status < 400 || isBusy(answer.status);
}

function isBusy(status: number): boolean {
  return status === 408 || status === 429 || status === 500;
}

/** An entry that cannot be read says nothing of the others. */
function entriesIn({ manifests }: Readonly<Record<string, unknown>>): readonly Descriptor[] {
  return (Array.isArray(manifests) ? manifests : []).flatMap((entry: unknown) => {
    try {
      return [parseDescriptor(entry)];
    } catch {
      return [];
    }
  });
}
