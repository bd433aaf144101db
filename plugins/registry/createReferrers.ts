import { type Descriptor, KitwrightError, parseDescriptor, type ReferrerLister } from '@kitwright/core/plugin';
import type { HttpAnswer } from './HttpAnswer.ts';
import { pages } from './listTags.ts';
import type { Repository } from './Repository.ts';

const maxReferrers = 10_000;

const accept = 'application/vnd.oci.image.index.v1+json';

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
    let [count, isFirst] = [0, true];
    try {
      for await (const page of pages(repository, `referrers/${digest}`, 'list the referrers', { isAbsent, accept })) {
        isFirst = false;
        for (const entry of entriesIn(page)) {
          if (++count > maxReferrers) return;
          if (artifactType === undefined || entry.artifactType === artifactType) yield entry;
        }
      }
    } catch (error) {
      if (!(error instanceof KitwrightError)) throw error;
      hasApi = !(isFirst && error.code === 'remote-malformed');
      if (hasApi) throw withHint(error);
    }
  };
}

/** A registry that fails is not one without referrers: who can do without them says so. */
function withHint({ code, message, data, hint, cause }: KitwrightError): KitwrightError {
  return new KitwrightError(code, message, {
    data,
    hint: hint ?? 'To go on without them, add --referrers none.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * The API answers with an index, also where there are no referrers. A registry that never heard of it refuses, in one
 * way or another, or answers with a page for people.
 */
function isAnswered({ status, header }: HttpAnswer): boolean {
  if (status === 200) return /[/+]json\b/.test(header('content-type') ?? '');
  return status < 400 || status === 408 || status === 429 || (status >= 500 && status !== 501);
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
