import { type Hub, malformed } from './createHub.ts';
import type { HubDestination } from './hubDestination.ts';
import { apiOf } from './hubRepository.ts';
import { hashOf, type LocalFile } from './localFiles.ts';

/** How many files one question names. */
const together = 100;

/** The files that the hub does not have at this commit, or has with other bytes. */
export async function changedFiles(
  hub: Hub,
  destination: HubDestination,
  commit: string,
  files: readonly LocalFile[],
): Promise<readonly LocalFile[]> {
  const changed: LocalFile[] = [];
  for (const part of parts(files)) {
    const there = await entriesAt(hub, destination, commit, part);
    for (const file of part) {
      hub.signal.throwIfAborted();
      if (!(await isSame(file, there.get(file.path)))) changed.push(file);
    }
  }
  return changed;
}

/** Lists of at most as many as one question names. */
export function parts<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / together) }, (_, i) =>
    items.slice(i * together, (i + 1) * together),
  );
}

interface Entry {
  readonly path?: unknown;
  readonly size?: unknown;
  readonly oid?: unknown;
  readonly lfs?: { readonly oid?: unknown; readonly size?: unknown } | null;
}

async function entriesAt(hub: Hub, destination: HubDestination, commit: string, files: readonly LocalFile[]) {
  const paths = files.map(({ path }) => path);
  const { body } = await hub.ask(`${apiOf(destination)}/paths-info/${commit}`, { paths, expand: false });
  if (!Array.isArray(body)) throw malformed(hub.host, 'it is no list of files');
  const entries = body.filter((entry): entry is Entry => typeof entry === 'object' && entry !== null);
  return new Map(entries.map((entry) => [entry.path, entry]));
}

/** Large files are in LFS, where they have their SHA-256; others have the id of their git blob. */
async function isSame(file: LocalFile, there: Entry | undefined): Promise<boolean> {
  if (!there) return false;
  if (there.lfs) return there.lfs.size === file.size && there.lfs.oid === (await hashOf(file, 'sha256'));
  return there.size === file.size && there.oid === (await hashOf(file, 'git'));
}
