import type { BytePath } from './bytePath.ts';
import { encodePaths } from './fileTable.ts';
import type { Fingerprint } from './fingerprint.ts';
import { fingerprintColumns, fingerprintIn, setFingerprint } from './fingerprintColumns.ts';
import { passingBytes } from './passingBytes.ts';
import { type StatTree, statTreeOf } from './statTree.ts';
import { listDirectory } from './walk.ts';

/** Directories that several threads list: each takes the next one that nobody has taken. */
export interface SharedList {
  /** Absolute paths, with a NUL byte between two. */
  readonly paths: Uint8Array;
  /** What was seen there: see `fingerprintColumns`. */
  readonly fingerprints: BigInt64Array;
  /** The number of those that are taken. */
  readonly taken: SharedArrayBuffer;
}

/** A directory to list, and what was seen there. */
export interface SeenDirectory {
  readonly path: BytePath;
  readonly seen: Fingerprint;
}

/** Lists a directory that nobody else lists, and gives its tree, until all are taken. Throws what `listDirectory` throws. */
export function* listShared({ paths, fingerprints, taken }: SharedList): Generator<StatTree> {
  const all = Buffer.from(paths.buffer, paths.byteOffset, paths.byteLength).toString('latin1').split('\0');
  const counter = new Int32Array(taken);
  for (let at = Atomics.add(counter, 0, 1); at < all.length; at = Atomics.add(counter, 0, 1)) {
    const path = all[at] ?? '';
    yield statTreeOf(path, listDirectory(path, fingerprintIn(fingerprints, at)));
  }
}

export function shareList(directories: readonly SeenDirectory[]): SharedList {
  const length = directories.length * fingerprintColumns;
  const fingerprints = new BigInt64Array(passingBytes(length * 8).buffer, 0, length);
  directories.forEach(({ seen }, row) => void setFingerprint(fingerprints, row, seen));
  return {
    paths: encodePaths(directories.map(({ path }) => path)),
    fingerprints,
    taken: new SharedArrayBuffer(4),
  };
}

/** Nobody takes another one. */
export function stopList({ fingerprints, taken }: SharedList): void {
  Atomics.store(new Int32Array(taken), 0, fingerprints.length);
}
