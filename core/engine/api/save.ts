import { dirname } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import type { AcceptKit } from '../kits/AcceptKit.ts';
import { archiveIndex } from '../kits/archiveIndex.ts';
import { type GatheredKit, type GatheredKits, gatherKits } from '../kits/gatherKits.ts';
import { knownBlobs } from '../kits/knownBlobs.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { isManifestType } from '../oci/mediaTypes.ts';
import type { ArchiveBlob } from '../store/archive/ArchiveContents.ts';
import { type ArchivePart, type ArchiveSink, createStreamSink } from '../store/archive/ArchiveSink.ts';
import { type ArchiveLayout, layOutArchive } from '../store/archive/layOutArchive.ts';
import { openArchiveFile, openArchiveParts } from '../store/archive/openArchiveFiles.ts';
import { writeArchive } from '../store/archive/writeArchive.ts';
import type { Store } from '../store/openStore.ts';
import type { TakeBlock } from '../store/roles.ts';
import { withLock } from '../store/withLock.ts';

/** What `save` puts into an archive, and where that goes. */
export interface SaveOptions {
  /** References, or targets of a plugin, as `copy` takes them; each with a tag or digest. */
  readonly from: readonly string[];
  /** The file, or what takes the bytes of the archive. */
  readonly to: string | TakeBlock;
  /** The size of each part of the archive, in bytes; without it the archive is one file. */
  readonly split?: number | undefined;
  /** Archives (paths) and references whose blobs the other side has: they are left out. */
  readonly since?: readonly string[];
  readonly store: Store;
  /** Hosts that get the user's credentials if a kit refers to kits there. */
  readonly allowedRegistries?: readonly string[];
  /** Decides whether a kit may be saved; each may by default. */
  readonly accept?: AcceptKit | undefined;
  /** Cancels the save; the next one goes on where it stopped. */
  readonly signal?: AbortSignal;
}

/** An archive that was written. Sizes are in bytes. */
export interface SavedArchive {
  readonly kits: readonly GatheredKit[];
  /** Signatures and other artifacts that are attached to them. */
  readonly referrers: number;
  readonly size: number;
  /** Its files; none where it went elsewhere. */
  readonly files: readonly ArchivePart[];
  /** Blobs that were left out, and their bytes. */
  readonly omitted: { readonly blobs: number; readonly bytes: number };
}

/**
 * Writes kits into one archive that any OCI tool reads, with all that belongs to them: the kits of an index, the kits to
 * which each refers, and what is attached. The same kits give the same bytes. The archive has its name when it is
 * complete; what an interrupted save wrote is kept beside it for the next one. Throws `kit-not-found` also where a kit
 * that another one refers to is missing, `descriptor-mismatch`, `store-failed`,
 * `store-locked` while another save writes there, and what the targets throw.
 */
export async function save(kitwright: Kitwright, options: SaveOptions): Promise<SavedArchive> {
  const { store, allowedRegistries, accept, signal = new AbortController().signal } = options;
  if (!options.from.length) throw new KitwrightError('usage', 'Nothing to save: name at least one kit.');
  const places = { kitwright, store, allowedRegistries, accept };
  const gathered = await gatherKits(places, options.from, signal);
  await askHooks(kitwright, gathered, typeof options.to === 'string' ? options.to : '-', signal);
  const known = await knownBlobs(places, options.since ?? [], signal);
  const [blobs, omitted] = [
    gathered.blobs.filter(isMissing(known)),
    gathered.blobs.filter((one) => !isMissing(known)(one)),
  ];
  const layout = layOutArchive({ index: archiveIndex(gathered), blobs });
  const files = await alone(options.to, async () =>
    writing(kitwright, layout, await openSink(options, layout), signal),
  );
  return {
    kits: gathered.kits,
    referrers: gathered.referrers.length,
    size: layout.size,
    files,
    omitted: { blobs: omitted.length, bytes: omitted.reduce((sum, { descriptor }) => sum + descriptor.size, 0) },
  };
}

/** Manifests are always there: the other side can tell what it lacks, and names move. */
function isMissing(known: ReadonlySet<string>) {
  return ({ descriptor: { digest, mediaType } }: ArchiveBlob): boolean =>
    isManifestType(mediaType) || !known.has(digest);
}

/** Plugins that refuse a push refuse a kit here too. */
async function askHooks(kitwright: Kitwright, { kits }: GatheredKits, target: string, signal: AbortSignal) {
  const hooks = kitwright.beginBuild();
  for (const { name, root, kitfile } of kits)
    await hooks.beforePush({ kitfile, root, repository: name, tags: [], target }, { signal });
}

/** Two saves at once would write into one unfinished file. */
function alone<T>(to: string | TakeBlock, work: () => Promise<T>): Promise<T> {
  return typeof to === 'string' ? withLock(`${to}.lock`, dirname(to), work) : work();
}

async function openSink({ to, split }: SaveOptions, { size }: ArchiveLayout): Promise<ArchiveSink> {
  if (typeof to === 'string') return split === undefined ? openArchiveFile(to) : openArchiveParts(to, split, size);
  return createStreamSink(to);
}

async function writing(
  { event }: Kitwright,
  layout: ArchiveLayout,
  sink: ArchiveSink,
  signal: AbortSignal,
): Promise<readonly ArchivePart[]> {
  const layer = ({ digest }: Descriptor) => digest.slice(0, 19);
  let done = 0;
  try {
    await writeArchive(layout, sink, {
      signal,
      onStart: (descriptor) => {
        done = 0;
        event({ type: 'copy-start', layer: layer(descriptor), path: '', bytes: descriptor.size });
      },
      onBytes: (descriptor, bytes) => {
        done = Math.min(done + bytes, descriptor.size);
        event({ type: 'copy-progress', layer: layer(descriptor), done, bytes: descriptor.size });
      },
      onDone: (descriptor, outcome) =>
        event({ type: 'copy-done', layer: layer(descriptor), bytes: descriptor.size, outcome }),
    });
    return await sink.commit();
  } finally {
    await sink.close();
  }
}
