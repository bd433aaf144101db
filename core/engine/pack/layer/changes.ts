import { textOf } from '../../files/bytePath.ts';
import { sameFingerprint } from '../../files/fingerprint.ts';
import type { PlanFile } from '../../host/nouns.ts';
import { encodeRecipe } from '../../layers/jobs.ts';
import { recipeSize } from '../../layers/recipe.ts';
import { hashBytes, type LayerSnapshot, type SnapshotFile } from '../../store/LayerSnapshot.ts';
import { hasContent, type LayerWork, pieceOf, sameHash, withProgress } from './layerWork.ts';

export function byPath(snapshot: LayerSnapshot | undefined): ReadonlyMap<string, SnapshotFile> {
  return new Map(snapshot?.files.map((file) => [file.path, file]));
}

/**
 * The content hashes of files whose fingerprints are unchanged. Most files keep their position in the list, so a map is
 * made only if one does not.
 */
export function knownHashes(
  files: readonly PlanFile[],
  previous: LayerSnapshot | undefined,
): (Uint8Array | undefined)[] {
  if (!previous) return files.map(() => undefined);
  let map: ReadonlyMap<string, SnapshotFile> | undefined;
  return files.map((file, i) => {
    const same = previous.files[i];
    if (same?.path === file.path) return trusted(file, same);
    map ??= byPath(previous);
    return trusted(file, map.get(file.path));
  });
}

function trusted(file: PlanFile, old: SnapshotFile | undefined): Uint8Array | undefined {
  return old && !old.racy && old.type === 'file' && sameFingerprint(old.fingerprint, file.fingerprint)
    ? old.hash
    : undefined;
}

/** Are names, modes and content hashes those of the last build? Then the layer is the same. */
export function isUnchanged({ planned: { files }, previous, hashes }: LayerWork): boolean {
  return (
    previous !== undefined &&
    previous.files.length === files.length &&
    files.every((file, i) => {
      const old = previous.files[i] as SnapshotFile;
      const same =
        old.path === file.path &&
        old.type === file.type &&
        permissions(old.fingerprint.mode) === permissions(file.fingerprint.mode);
      if (!same || file.type === 'directory') return same;
      return (
        old.fingerprint.size === file.fingerprint.size && (file.fingerprint.size === 0 || sameHash(hashes[i], old.hash))
      );
    })
  );
}

function permissions(mode: number): number {
  return mode & 0o7777;
}

/** Computes the content hashes of the wanted files; empty files and directories have none. */
export async function probe(work: LayerWork, wanted: (file: PlanFile, index: number) => boolean): Promise<void> {
  const { planned, options, hashes } = work;
  const files = planned.files.flatMap((file, index) =>
    hasContent(file) && wanted(file, index) ? [{ file, index }] : [],
  );
  if (files.length === 0) return;
  const recipe = files.map(({ file }) => pieceOf(file, options));
  const found = await withProgress(options, recipeSize(recipe), (meter) =>
    options.pool.probe({ recipe: encodeRecipe(recipe), meter: meter.buffer, seed: options.store.seed() }),
  );
  files.forEach(({ index }, i) => {
    hashes[index] = found.slice(i * hashBytes, (i + 1) * hashBytes);
  });
}

/**
 * Files that were touched but kept their size: their content hash is computed first, because it is four times faster
 * than SHA-256.
 */
export async function probeTouched(work: LayerWork): Promise<void> {
  if (!work.previous) return;
  const old = byPath(work.previous);
  await probe(
    work,
    (file, index) => !work.hashes[index] && old.get(file.path)?.fingerprint.size === file.fingerprint.size,
  );
}

/** Paths that are new, or whose content hash changed since the last build. */
export function changedPaths({ planned, previous, hashes }: LayerWork): readonly string[] {
  const old = byPath(previous);
  return planned.files
    .filter((file, i) => hasContent(file) && !sameHash(old.get(file.path)?.hash, hashes[i]))
    .map(({ path }) => textOf(path));
}
