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

/** A kit of an archive comes from no registry. */
const ofNoRegistry: Reference = {
  registry: defaultRegistry,
  repository: '',
  reference: undefined,
  isDigest: false,
  extraTags: [],
};

/**
 * A Kitfile of a repository that was imported comes from a host, and no registry is the one that it came from: none has a
 * slash at its end.
 */
export function ofRepositoryAt(host: string): Reference {
  return { ...ofNoRegistry, registry: `${host}/` };
}
