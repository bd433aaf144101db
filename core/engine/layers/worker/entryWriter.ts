import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { errnoOf, systemError } from '../../errors/systemError.ts';
import { type BytePath, baseOf, fsPath, joinPath, parentOf } from '../../files/bytePath.ts';
import { checkEntryName } from '../../files/checkEntryName.ts';
import { checkFree, kindOf } from '../../files/checkFree.ts';
import { createPathOpener, type PathOpener } from '../../files/createPathOpener.ts';
import { displayPath } from '../../files/displayPath.ts';
import { readFingerprint } from '../../files/fingerprint.ts';
import { makeIfMissing } from '../../files/makeDirectories.ts';
import { steersTools } from '../../files/steersTools.ts';
import { createPathBudget, type PathBudget } from '../createPathBudget.ts';
import type { ExtractedDirectory, ExtractPlace, ExtractResult } from '../jobs.ts';
import type { TarEntry } from '../tarHeader.ts';

/** Where the entries of a layer become files. */
export interface EntryWriter extends Disposable {
  /**
   * Says where the content of an entry goes; undefined if it has none, or if the user keeps what is there. It leads
   * there until the next entry is placed. Throws `unpack-exists`, `unpack-refused`, `path-is-link`.
   */
  readonly place: (entry: Pick<TarEntry, 'path' | 'type' | 'mode'>) => BytePath | undefined;
  /** Throws `path-is-link`; see `OpenDirectory`. */
  readonly result: () => ExtractResult;
}

export function createEntryWriter(job: ExtractPlace, budget: PathBudget = createPathBudget()): EntryWriter {
  const staging = createPathOpener(job.staging, budget.opened);
  const directories = createDirectories(job, staging, budget.implied);
  const made: ExtractedDirectory[] = [];
  const modes = new Map<BytePath, number>();
  const steering: BytePath[] = [];
  let files = 0;
  const placeFile = (path: BytePath, mode: number): BytePath | undefined => {
    directories.lead(parentOf(path));
    if (!directories.isAbsent(path)) {
      if (job.existing === 'keep' && readFingerprint(joinPath(job.target, path)) !== undefined) return undefined;
      checkFree(job.target, path, 'file', job.existing);
    }
    files++;
    if (steersTools(path, mode) && steering.length < mostNamed) steering.push(path);
    return joinPath(staging.open(parentOf(path)), baseOf(path));
  };
  return {
    place: ({ path, type, mode }) => {
      checkEntryName(path);
      budget.entry(path);
      return writing(path, () => {
        if (type === 'file') return placeFile(path, mode);
        const isNew = directories.make(path);
        // A layer may name one directory millions of times.
        if (modes.get(path) !== mode) made.push({ path, mode, isNew });
        modes.set(path, mode);
        return undefined;
      });
    },
    result: () => {
      staging.check();
      return { files, directories: made, steering };
    },
    [Symbol.dispose]: () => staging[Symbol.dispose](),
  };
}

/** Names of steering files that are kept for a warning. */
const mostNamed = 100;

/** Directories of the staging folder are made as entries need them, once what is in the target was looked at. */
function createDirectories(
  { target, existing, mayHaveOurs }: ExtractPlace,
  staging: PathOpener,
  onImplied: () => void,
) {
  const made = new Set<BytePath>(['']);
  const absent = new Set<BytePath>();
  const isAbsent = (path: BytePath) => absent.has(parentOf(path));
  /** Says whether the target does not have the directory. */
  const make = (path: BytePath): boolean => {
    if (made.has(path)) return absent.has(path);
    lead(parentOf(path));
    if (isAbsent(path) || kindOf(joinPath(target, path)) === 'none') absent.add(path);
    else checkFree(target, path, 'directory', existing, path, mayHaveOurs);
    makeIfMissing(fsPath(joinPath(staging.open(parentOf(path)), baseOf(path))));
    made.add(path);
    return absent.has(path);
  };
  /** Makes a directory that a name only leads through. */
  const lead = (path: BytePath): void => {
    if (made.has(path)) return;
    onImplied();
    make(path);
  };
  return { make, lead, isAbsent };
}

/** Runs what writes an entry. */
export function writing<T>(path: BytePath, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') throw isTwice(path);
    throw systemError(error, 'unpack-refused', 'write', displayPath(path));
  }
}

/** The staging folder was empty; on some file systems names that differ in case only are the same. */
function isTwice(path: BytePath): KitwrightError {
  const shown = displayPath(path);
  return new KitwrightError('unpack-refused', `The layer has two entries that become ${shown}.`, {
    data: { path: shown },
  });
}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

const createNew = O_CREAT | O_EXCL | O_WRONLY | (O_NOFOLLOW ?? 0);

/** A new file; its mode is subject to the umask. */
export function createFile(path: BytePath, mode: number): Disposable & { readonly fd: number } {
  const fd = openSync(fsPath(path), createNew, mode & 0o777);
  return { fd, [Symbol.dispose]: () => closeSync(fd) };
}

export function writeFully(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.byteLength; ) done += writeSync(fd, bytes, done);
}
