import { existsSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import type { AcceptKit } from '../kits/AcceptKit.ts';
import { type ArchiveKit, archiveKits } from '../kits/archiveKits.ts';
import { archiveSource } from '../kits/archiveSource.ts';
import { type CopiedKit, copyKit } from '../kits/copyKit.ts';
import { createKitReader } from '../kits/createKitReader.ts';
import { keptNames } from '../kits/keptNames.ts';
import { requireWhole } from '../kits/requireWhole.ts';
import { displayReference, type Reference, repositoryOf } from '../oci/reference.ts';
import { allReferrers } from '../oci/referrerFilter.ts';
import { archiveOrParts } from '../store/archive/archiveParts.ts';
import { verifyParts } from '../store/archive/verifyParts.ts';
import type { LocalStore } from '../store/localStore.ts';
import { nameLater } from '../store/nameLater.ts';
import { createOciArchive, type OciArchive } from '../store/ociArchive.ts';
import type { Store } from '../store/openStore.ts';

/** What `load` reads, and how the kits are named. */
export interface LoadOptions {
  /** The path of an archive, or of the list of its parts. */
  readonly from: string;
  /** The repository of kits that have only a tag in the archive, or no name: archives of other tools. */
  readonly repository: string;
  readonly store: Store;
  /** Gives a kit another name; by default each keeps its own. */
  readonly rename?: ((name: Reference) => Reference) | undefined;
  /** Decides whether a kit may have a name: the one in the archive, and the one that it gets. */
  readonly accept?: AcceptKit | undefined;
  /** Blobs that are copied in parallel; 5 by default. */
  readonly concurrency?: number;
  /** Cancels the load; nothing has a name then. */
  readonly signal?: AbortSignal;
}

/** A name that a kit, or a kit of an index, has got. */
export interface LoadedName {
  readonly name: string;
  readonly digest: string;
  /** The kit that had the name before, if it was another one. */
  readonly replaced: string | undefined;
}

/** What came into the store. */
export interface LoadedKits extends CopiedKit {
  readonly names: readonly LoadedName[];
}

/** A kit, and the names that it gets. */
interface NamedKit {
  readonly kit: ArchiveKit;
  readonly names: readonly Reference[];
}

const defaultConcurrency = 5;

/** Bytes of manifests and configs that may be read for all names, of a small archive, and for each byte of a large one. */
const [freeCost, costPerByte] = [64 * 1024 * 1024, 16];

/**
 * Loads the kits of an archive into the local store, with what is attached to them. Nothing is asked over the network. All
 * kits are checked before anything is copied: their names, that nothing is missing, and what `accept` says; each blob is
 * verified when it is copied; only then all of them get their names. So nothing has a new name if one kit is wrong. Throws
 * `kit-malformed`, `archive-incomplete`, `descriptor-mismatch`, `policy-refused`, `unpack-refused`.
 */
export async function load(kitwright: Kitwright, options: LoadOptions): Promise<LoadedKits> {
  const { store, signal = new AbortController().signal } = options;
  const from = archiveOrParts(options.from);
  if (!existsSync(from))
    throw new KitwrightError('file-unreadable', `There is no file ${from}.`, { data: { path: from } });
  await verifyParts(from, signal);
  const { local } = store;
  using _session = local.session();
  const archive = createOciArchive(from);
  const source = archiveSource(archive, local);
  const kits = await archiveKits(source, archive.index(), options.repository);
  if (!kits.length) throw new KitwrightError('kit-malformed', `There is no kit in ${from}.`, { data: { path: from } });
  const named = await nameKits(kits, source, options);
  await requireAllWhole(kitwright, source, named, archive.size(), signal);
  for (const { kit, names } of named) for (const name of names) await acceptAs(options.accept, source, kit, name);
  return copyAll(kitwright, { ...options, signal }, source, named);
}

/** The new name of each kit; a kit to which another one of the archive refers keeps its own too. Throws `usage`. */
async function nameKits(
  kits: readonly ArchiveKit[],
  source: OciArchive,
  { rename }: LoadOptions,
): Promise<readonly NamedKit[]> {
  if (!rename) return kits.map((kit) => ({ kit, names: [kit.name] }));
  const kept = await keptNames(kits, source);
  const named = kits.map((kit) => {
    const renamed = rename(kit.name);
    const isSame = displayReference(renamed) === displayReference(kit.name);
    return { kit, names: isSame || !kept.has(displayReference(kit.name)) ? [renamed] : [renamed, kit.name] };
  });
  const known = new Map<string, ArchiveKit>();
  for (const { kit, names } of named)
    for (const name of names.map(displayReference)) {
      const other = known.get(name);
      if (other && other.root.digest !== kit.root.digest) throw twice(name, kit, other);
      known.set(name, kit);
    }
  return named;
}

function twice(name: string, kit: ArchiveKit, other: ArchiveKit): KitwrightError {
  const both = [other, kit].map((one) => displayReference(one.name));
  return new KitwrightError('usage', `${both.join(' and ')} would both be named ${name}.`, {
    data: { name, kits: both },
  });
}

/**
 * Checks that all kits are whole, each once, and that they are not more work than fits to the size of the archive: what a
 * kit has of manifests is read again for each of its names.
 */
async function requireAllWhole(
  kitwright: Kitwright,
  source: OciArchive,
  named: readonly NamedKit[],
  archiveBytes: number,
  signal: AbortSignal,
): Promise<void> {
  const [costs, most] = [new Map<string, number>(), freeCost + costPerByte * archiveBytes];
  let cost = 0;
  for (const { kit, names } of named) {
    const { digest } = kit.root;
    costs.set(digest, costs.get(digest) ?? (await requireWhole(kitwright, source, kit, signal)));
    cost += (costs.get(digest) ?? 0) * names.length;
    if (cost > most)
      throw new KitwrightError(
        'kit-malformed',
        `The archive has more names and manifests for its kits than fit to its ${archiveBytes} bytes.`,
      );
  }
}

/** An index that is accepted vouches for its kits by their digests; else each of them must be accepted. */
async function acceptAs(
  accept: AcceptKit | undefined,
  target: OciArchive,
  kit: ArchiveKit,
  as: Reference,
): Promise<void> {
  if (!accept) return;
  const offer = ({ root, name }: KitAs, isVouched: boolean) =>
    accept({ place: repositoryOf(name), reference: name.reference, target, repository: '', root, isVouched });
  for (const name of new Set([kit.name, as])) {
    const isVouched = await offer({ ...kit, name }, false).then(
      () => true,
      (error: unknown) => {
        if (kit.members.length && error instanceof KitwrightError && error.code === 'policy-refused') return false;
        throw error;
      },
    );
    for (const member of membersAt(kit, name)) await offer(member, isVouched);
  }
}

/** One kit under one name. */
type KitAs = Pick<ArchiveKit, 'root' | 'name'>;

/** The kits of an index, in the repository in which it has this name. */
function membersAt({ members }: ArchiveKit, { registry, repository }: Reference): readonly KitAs[] {
  return members.map(({ root, name }) => ({ root, name: { ...name, registry, repository } }));
}

async function copyAll(
  kitwright: Kitwright,
  { store: { local }, concurrency = defaultConcurrency, signal }: LoadOptions & { readonly signal: AbortSignal },
  source: OciArchive,
  named: readonly NamedKit[],
): Promise<LoadedKits> {
  // Until all kits are there none has a name.
  const { store, commit } = nameLater(local);
  const counts = { copied: 0, existed: 0, mounted: 0, bytes: 0, referrers: 0 };
  const readKit = createKitReader();
  for (const { kit, names: given } of named)
    for (const name of given) {
      const repository = repositoryOf(name);
      const tags = name.isDigest || name.reference === undefined ? [] : [name.reference];
      const copied = await copyKit(kitwright, {
        source,
        from: '',
        root: kit.root,
        target: store,
        repository,
        tags,
        concurrency,
        signal,
        referrers: allReferrers,
        readKit,
      });
      for (const key of Object.keys(counts) as (keyof CopiedKit)[]) counts[key] += copied[key];
      for (const member of membersAt(kit, name))
        await store.tag(member.root, repository, member.name.isDigest ? undefined : member.name.reference);
    }
  signal.throwIfAborted();
  const given = named.flatMap((one) =>
    one.names.flatMap((name) => [{ ...one.kit, name }, ...membersAt(one.kit, name)]),
  );
  const loaded = await Promise.all(given.map((one) => loadedName(store, one)));
  await commit();
  return { ...counts, names: loaded };
}

async function loadedName(local: LocalStore, { root, name }: KitAs): Promise<LoadedName> {
  const before = name.isDigest ? undefined : await local.resolve(repositoryOf(name), name.reference ?? '');
  return {
    name: displayReference(name),
    digest: root.digest,
    replaced: before && before.digest !== root.digest ? before.digest : undefined,
  };
}
