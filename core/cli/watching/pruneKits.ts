import {
  annotationNames,
  collectGarbage,
  type LocalStore,
  loadKitAt,
  type Reference,
  removeKit,
  repositoryOf,
  type Store,
} from '@kitwright/core/internal';
import { type KeepPolicy, type KeptKit, superfluous } from './keepPolicy.ts';
import { tagMatcher } from './tagMatcher.ts';

/**
 * Removes the names of the kits that no rule keeps, and deletes data that no other kit needs. Returns the removed tags.
 */
export async function pruneKits(
  stores: Store,
  name: Reference,
  template: string,
  policy: KeepPolicy,
): Promise<readonly string[]> {
  const gone = superfluous(await kitsOf(stores.local, name, template), policy);
  for (const { tag } of gone)
    await removeKit(stores, { ...name, reference: tag, isDigest: false, extraTags: [] }, false);
  if (gone.length) await collectGarbage(stores.local);
  return gone.map(({ tag }) => tag);
}

/** The kits of a repository whose tags a template made, with the metrics in their manifests. */
async function kitsOf(local: LocalStore, name: Reference, template: string): Promise<readonly KeptKit[]> {
  const [matches, repository] = [tagMatcher(template), repositoryOf(name)];
  const kits: KeptKit[] = [];
  for (const { repository: own, tag, descriptor } of local.list()) {
    const match = own === repository && tag !== undefined ? matches(tag) : undefined;
    if (!match || tag === undefined) continue;
    const { manifest } = await loadKitAt(descriptor, local);
    kits.push({ tag, n: Number(match.n), metrics: metricsIn(manifest.annotations) });
  }
  return kits;
}

function metricsIn(annotations: Readonly<Record<string, string>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(annotations)
      .filter(([name]) => name.startsWith(annotationNames.metricPrefix))
      .map(([name, value]) => [name.slice(annotationNames.metricPrefix.length), Number(value)]),
  );
}
