import type { OpenedTarget } from '../host/capabilities.ts';
import type { Kitfile } from '../kitfile/Kitfile.ts';
import { defaultRegistry, parseReference, type Reference } from '../oci/reference.ts';
import type { ReadTarget } from '../store/roles.ts';
import { acceptingSource } from './AcceptKit.ts';
import { byFullName } from './byFullName.ts';
import { type KitPlaces, kitSources } from './kitSources.ts';
import { type Ancestor, resolveAncestors } from './resolveAncestors.ts';

/**
 * The whole chain of kits to which the kit of an opened target refers: from `first`, out of the archive or layout that
 * holds it, and from wherever kits are searched. Throws as `resolveAncestors` does.
 */
export function ancestorsOf(
  places: KitPlaces,
  { repository, target }: OpenedTarget,
  kitfile: Kitfile,
  first: readonly ReadTarget[] = [],
): Promise<readonly Ancestor[]> {
  const { accept } = places;
  const carried = repository === '' ? [byFullName(target)] : [];
  const near = [...first, ...carried].map((source) => (accept ? acceptingSource(source, accept) : source));
  return resolveAncestors(kitfile, [...near, ...kitSources(places, 'anywhere')], {
    from: repository === '' ? ofNoRegistry : parseReference(repository),
    readKit: places.readKit,
  });
}

/** A kit of an archive, and a Kitfile of a repository that was imported, come from no registry. */
export const ofNoRegistry: Reference = {
  registry: defaultRegistry,
  repository: '',
  reference: undefined,
  isDigest: false,
  extraTags: [],
};
