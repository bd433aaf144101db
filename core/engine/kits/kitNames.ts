import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Diagnostic } from '../host/events.ts';
import type { Kitfile } from '../kitfile/Kitfile.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Manifest } from '../oci/manifest.ts';
import { mediaTypes } from '../oci/mediaTypes.ts';
import { asPrinted, displayRepository, formatReference, type Reference, repositoryOf } from '../oci/reference.ts';
import type { Store } from '../store/openStore.ts';
import type { KitName, Lister, ReadTarget } from '../store/roles.ts';
import { createKitReader } from './createKitReader.ts';
import { loadKitAt, type ReadKit, resolveExactKit } from './loadKit.ts';
import { keepManifest } from './modelIndexes.ts';

/** Our store and the stores of `kit`, in this order. */
export function readTargets({ local, kit }: Store): readonly (ReadTarget & Lister)[] {
  return [local, ...kit];
}

/** One kit in one repository, with its tags. */
export interface ListedKit {
  readonly repository: string;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly kitfile: Kitfile;
  readonly manifest: Manifest;
}

/** The same, and where it is. */
export interface LocatedKit extends ListedKit {
  readonly descriptor: Descriptor;
  /** Where it is, and its repository for the `resolve` there. */
  readonly target: ReadTarget;
  readonly location: string;
}

/**
 * All kits of the stores, without indexes, in `kit`'s order. A kit that cannot be read gives a warning and is left out.
 */
export async function listKits(
  stores: Store,
  diagnostic: (diagnostic: Diagnostic) => void,
): Promise<readonly LocatedKit[]> {
  const [kits, readKit]: [LocatedKit[], ReadKit] = [[], createKitReader()];
  const names = readTargets(stores).flatMap((target) =>
    target
      .list()
      .filter(isKit)
      .map((name) => ({ name, target })),
  );
  const targets = new Map(names.map(({ name, target }) => [name, target]));
  for (const group of groupNames(names.map(({ name }) => name))) {
    const [first] = group as readonly [KitName];
    try {
      kits.push(await listGroup(group, targets.get(first) as ReadTarget, readKit));
    } catch (error) {
      const message = `The kit ${displayRepository(first.repository)}@${first.descriptor.digest} cannot be read: ${(error as Error).message}`;
      diagnostic({ level: 'warning', message });
    }
  }
  return kits;
}

function isKit({ descriptor }: KitName): boolean {
  return descriptor.mediaType !== mediaTypes.index;
}

/** In `kit`'s order: by the full name of the repository (`localhost/x`), by digest, by tag, each byte by byte. */
function groupNames(names: readonly KitName[]): readonly (readonly KitName[])[] {
  return [...Map.groupBy(names, ({ repository, descriptor }) => `${repository}\0${descriptor.digest}`)]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, group]) => group.sort((a, b) => compareText(a.tag ?? '', b.tag ?? '')));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function listGroup(group: readonly KitName[], target: ReadTarget, readKit: ReadKit): Promise<LocatedKit> {
  const [first] = group as readonly [KitName];
  const { kitfile, manifest } = await readKit(first.descriptor, target);
  const tags = group.flatMap(({ tag }) => (tag === undefined ? [] : [tag]));
  const { repository, descriptor } = first;
  return { repository, digest: descriptor.digest, tags, kitfile, manifest, descriptor, target, location: repository };
}

/**
 * Gives a kit, or an index of the local store, another name. Only manifest and config are copied into our store; layers
 * are not copied.
 */
export async function tagKit(stores: Store, source: Reference, name: Reference): Promise<void> {
  const { local } = stores;
  const { descriptor, target } = await resolveExactKit(source, readTargets(stores));
  using _session = local.session();
  if (descriptor.mediaType !== mediaTypes.index) await keepManifest(local, await loadKitAt(descriptor, target));
  await local.tag(descriptor, repositoryOf(name), name.reference);
}

export interface RemovedKit {
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string;
  readonly deleted: boolean;
}

/**
 * Removes a name, also in the form that `kit` prints; by digest, or with `force`, all names of that kit in the
 * repository. Throws `kit-not-found`.
 */
export async function removeKit(stores: Store, reference: Reference, force: boolean): Promise<RemovedKit> {
  const printed = asPrinted(reference);
  return (
    (await removeExactly(stores, reference, force)) ??
    (printed && (await removeExactly(stores, printed, force))) ??
    Promise.reject(await missing(reference, stores))
  );
}

async function removeExactly(stores: Store, reference: Reference, force: boolean): Promise<RemovedKit | undefined> {
  const repository = repositoryOf(reference);
  let removed: RemovedKit | undefined;
  await stores.local.update((index) => {
    const here = index.names.filter((name) => name.repository === repository);
    const byTag = here.find(({ tag }) => tag !== undefined && tag === reference.reference);
    const found = byTag ?? here.find(({ descriptor }) => descriptor.digest === reference.reference);
    if (!found) return index;
    const all = force || !byTag;
    const goes = (name: KitName) =>
      name.repository === repository &&
      (all ? name.descriptor.digest === found.descriptor.digest : name.tag === found.tag);
    removed = { repository, tag: byTag?.tag, digest: found.descriptor.digest, deleted: true };
    return { ...index, names: index.names.filter((name) => !goes(name)) };
  });
  return removed;
}

async function missing(reference: Reference, stores: Store): Promise<KitwrightError> {
  const name = formatReference(reference);
  return (await isReadOnly(reference, stores))
    ? new KitwrightError('store-read-only', `The kit ${name} is in a store made by kit and cannot be removed.`, {
        data: { reference: name },
      })
    : new KitwrightError('kit-not-found', `The kit ${name} was not found in the local store.`, {
        data: { reference: name },
      });
}

async function isReadOnly(reference: Reference, stores: Store): Promise<boolean> {
  const found = await Promise.all(
    stores.kit.map((store) => store.resolve(repositoryOf(reference), reference.reference ?? '')),
  );
  return found.some((descriptor) => descriptor !== undefined);
}

/**
 * Removes all kits without a tag, or with `force` all kits. Returns the names that were removed, in the order of
 * `list`.
 */
export async function removeAll(stores: Store, force: boolean): Promise<readonly KitName[]> {
  let removed: readonly KitName[] = [];
  await stores.local.update((index) => {
    removed = groupNames(index.names.filter(({ tag }) => force || tag === undefined)).flat();
    const gone = new Set(removed);
    return removed.length ? { ...index, names: index.names.filter((name) => !gone.has(name)) } : index;
  });
  return removed;
}
