import { KitwrightError } from '../errors/KitwrightError.ts';
import type { OpenedTarget } from '../host/capabilities.ts';
import { ancestorsOf } from '../kits/ancestorsOf.ts';
import { type CopiedKit, type CopyKitOptions, copyKit } from '../kits/copyKit.ts';
import type { KitPlaces } from '../kits/kitSources.ts';
import { loadKitAt } from '../kits/loadKit.ts';
import type { Ancestor } from '../kits/resolveAncestors.ts';
import { mediaTypes } from '../oci/mediaTypes.ts';
import { defaultRegistry, displayReference, type Reference, repositoryOf } from '../oci/reference.ts';
import type { ReadTarget } from '../store/roles.ts';

/** A kit that another one refers to, and what was copied for it. */
export interface ReferencedCopy extends CopiedKit {
  readonly reference: string;
  readonly digest: string;
}

/**
 * Copies the kits to which a kit refers into an archive or layout, or from there into the local store. Each keeps its
 * own name, so that the reference resolves at the destination. Nothing is copied to a registry, where the references
 * resolve already. A kit that is not found gives a warning.
 */
export async function copyReferenced(
  places: KitPlaces,
  from: OpenedTarget,
  to: OpenedTarget,
  options: Omit<CopyKitOptions, 'repository' | 'tags'>,
): Promise<readonly ReferencedCopy[]> {
  const copies: ReferencedCopy[] = [];
  if (!isOwnPlace(to, places) || options.root.mediaType === mediaTypes.index) return copies;
  for (const { reference, text, kit } of await referencedKits(places, from, to, options)) {
    if (kit.target === options.target) continue;
    if (isForgeable(reference, kit.target, from, to, places)) {
      const message = `${text}, to which the kit refers, is not copied: whoever wrote ${from.target.name} could give any kit this name. Pull it, or allow it with --allow-registry ${reference.registry}.`;
      places.kitwright.diagnostic({ level: 'warning', message });
      continue;
    }
    const copied = await copyKit(places.kitwright, {
      ...options,
      source: kit.target,
      from: repositoryOf(reference),
      root: kit.descriptor,
      ...nameAt(to, reference),
    });
    copies.push({ reference: text, digest: kit.descriptor.digest, ...copied });
  }
  return copies;
}

/**
 * Would a kit out of an archive or layout get a name in the local store that promises a registry? The store is asked
 * first from then on, so this is for the user to allow. A digest cannot be forged.
 */
function isForgeable(
  { registry, isDigest }: Reference,
  found: ReadTarget,
  from: OpenedTarget,
  to: OpenedTarget,
  { store, allowedRegistries = [] }: KitPlaces,
): boolean {
  const isCarried = from.repository === '' && found.name === from.target.name && to.target === store.local;
  return isCarried && !isDigest && registry !== defaultRegistry && !allowedRegistries.includes(registry);
}

/** The local store, or a target that is no repository: an archive, a layout. */
function isOwnPlace({ target, repository }: OpenedTarget, { store }: KitPlaces): boolean {
  return target === store.local || repository === '';
}

/** None where they are not found, or the kit is none. */
async function referencedKits(
  places: KitPlaces,
  from: OpenedTarget,
  to: OpenedTarget,
  { source, root }: Pick<CopyKitOptions, 'source' | 'root'>,
): Promise<readonly Ancestor[]> {
  const local = to.target === places.store.local ? [places.store.local] : [];
  try {
    const { kitfile } = await loadKitAt(root, source);
    return await ancestorsOf(places, from, kitfile, local);
  } catch (error) {
    if (!(error instanceof KitwrightError)) throw error;
    if (error.code === 'kit-malformed') return [];
    if (error.code !== 'kit-not-found') throw error;
    const message = `${String(error.data['reference'])}, to which the kit refers, was not found and is not copied.`;
    places.kitwright.diagnostic({ level: 'warning', message });
    return [];
  }
}

/** In an archive a referenced kit has its full name as its tag; the kit that the user named has only its tag. */
function nameAt({ repository }: OpenedTarget, reference: Reference): Pick<CopyKitOptions, 'repository' | 'tags'> {
  const tag = reference.isDigest ? undefined : reference.reference;
  if (tag === undefined) return { repository, tags: [] };
  const tags = repository === '' ? [displayReference(reference)] : [tag];
  return { repository: repository === '' ? '' : repositoryOf(reference), tags };
}
