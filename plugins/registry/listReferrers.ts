import { type Descriptor, parseDescriptor, parseJsonObject } from '@kitwright/core/plugin';
import type { Manifests } from './createManifests.ts';
import { pages } from './listTags.ts';
import type { Repository } from './Repository.ts';

const maxReferrers = 10_000;

/** The referrers of a manifest: signatures, attestations, SBOMs. Uses the API, or else the fallback tag. */
export async function* listReferrers(
  repository: Repository,
  subject: Descriptor,
  artifactType: string | undefined,
  readManifest: Manifests['get'],
): AsyncGenerator<Descriptor> {
  let [answered, count] = [false, 0];
  const wanted = (entry: Descriptor) => artifactType === undefined || entry.artifactType === artifactType;
  for await (const page of pages(repository, `referrers/${subject.digest}`, 'list the referrers')) {
    answered = true;
    for (const entry of entriesIn(page)) {
      if (++count > maxReferrers) return;
      if (wanted(entry)) yield entry;
    }
  }
  if (!answered) yield* (await readFallback(subject, readManifest)).filter(wanted);
}

function entriesIn({ manifests }: Readonly<Record<string, unknown>>): readonly Descriptor[] {
  return (Array.isArray(manifests) ? manifests : []).map(parseDescriptor);
}

/** Accepts only an index: some registries answer with the subject itself. */
async function readFallback(subject: Descriptor, readManifest: Manifests['get']): Promise<readonly Descriptor[]> {
  const found = await readManifest(fallbackTag(subject));
  if (!found || found.descriptor.digest === subject.digest) return [];
  return entriesIn(parseJsonObject(found.bytes, 'list of referrers'));
}

/**
 * `sha256-<hex>`: the tag of the referrers in registries without the API (distribution-spec 1.1, "Referrers Tag
 * Schema").
 */
function fallbackTag({ digest }: Descriptor): string {
  return digest.replace(':', '-');
}
