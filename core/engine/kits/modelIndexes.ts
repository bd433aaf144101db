import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { annotationNames, mediaTypes } from '../oci/mediaTypes.ts';
import {
  type IndexEntry,
  type Labels,
  type ModelIndex,
  modelIndexBytes,
  modelIndexDescriptor,
  parseModelIndex,
} from '../oci/modelIndex.ts';
import { maxManifestSize } from '../oci/parseJsonObject.ts';
import { displayReference, type Reference, repositoryOf } from '../oci/reference.ts';
import { contentOf } from '../store/contentOf.ts';
import { addNames } from '../store/kitIndex.ts';
import type { LocalStore } from '../store/localStore.ts';
import { verifiedBytes } from '../store/readVerified.ts';
import type { ReadTarget } from '../store/roles.ts';
import { type LoadedKit, resolveKit, type TargetSource } from './loadKit.ts';

/** An index that was read from a target. */
export interface LoadedIndex {
  readonly descriptor: Descriptor;
  readonly index: ModelIndex;
  readonly target: ReadTarget;
}

/** Reads an index by its descriptor. Throws `index-invalid` for a kit, `descriptor-mismatch`, `kit-malformed`. */
export async function loadIndexAt(descriptor: Descriptor, target: ReadTarget): Promise<LoadedIndex> {
  if (descriptor.mediaType !== mediaTypes.index)
    throw new KitwrightError('index-invalid', `${descriptor.digest} is a ModelKit and no index.`, {
      data: { digest: descriptor.digest },
    });
  const bytes = await verifiedBytes(descriptor, target, maxManifestSize);
  return { descriptor, index: parseModelIndex(bytes), target };
}

/** Finds an index by its reference in the first target that has it. Throws `kit-not-found` and what reading throws. */
export async function loadIndex(reference: Reference, sources: readonly TargetSource[]): Promise<LoadedIndex> {
  const { descriptor, target } = await resolveKit(reference, sources);
  return loadIndexAt(descriptor, target);
}

/**
 * Changes an index of the local store under the store's lock, so that no change of another process is lost. `change`
 * gets undefined if the index does not exist. Returns the new descriptor. Throws `index-invalid` if the name belongs to
 * a kit.
 */
export async function changeIndex(
  store: LocalStore,
  reference: Reference,
  change: (index: ModelIndex | undefined) => ModelIndex,
): Promise<Descriptor> {
  const [repository, tag] = [repositoryOf(reference), reference.reference];
  using _session = store.session();
  let descriptor: Descriptor | undefined;
  await store.update(async (names) => {
    const found = await store.resolve(repository, tag ?? '');
    const bytes = modelIndexBytes(change(found && (await loadIndexAt(found, store)).index));
    descriptor = modelIndexDescriptor(bytes);
    store.putBytes(descriptor, bytes);
    const others = names.names.filter((name) => name.repository !== repository || name.tag !== tag);
    return { ...names, names: addNames(others, [{ repository, tag, descriptor }]) };
  });
  return descriptor as Descriptor;
}

/** The entry of a kit: its tag and the size of its layers in bytes. */
export function entryOf(
  { descriptor: { mediaType, digest, size }, manifest }: LoadedKit,
  reference: Reference,
  labels: Labels,
  annotations: Readonly<Record<string, string>>,
): IndexEntry {
  return {
    labels,
    descriptor: {
      mediaType,
      digest,
      size,
      ...(manifest.artifactType ? { artifactType: manifest.artifactType } : {}),
      annotations: {
        ...annotations,
        ...(reference.isDigest || !reference.reference ? {} : { [annotationNames.indexTag]: reference.reference }),
        [annotationNames.indexSize]: String(manifest.layers.reduce((sum, layer) => sum + layer.size, 0)),
      },
    },
  };
}

/**
 * A kit must be in the same repository as its index, because a registry searches only there. Throws `index-invalid`.
 */
export function requireSameRepository(index: Reference, kit: Reference): void {
  if (repositoryOf(index) === repositoryOf(kit)) return;
  throw new KitwrightError(
    'index-invalid',
    `The kit ${displayReference(kit)} is not in the repository of the index ${displayReference(index)}.`,
    { hint: 'Give the kit a name there first, with "kitwright tag".' },
  );
}

/** Copies manifest and config of a kit into the store, so that the index is complete there; layers are not copied. */
export async function keepManifest(store: LocalStore, kit: LoadedKit): Promise<void> {
  if (kit.target === store) return;
  await store.push(kit.manifest.config, contentOf(kit.manifest.config, kit.target));
  store.putBytes(kit.descriptor, kit.manifestBytes);
}
