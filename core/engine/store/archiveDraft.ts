import { renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { systemError } from '../errors/systemError.ts';
import { syncDirectory } from '../files/atomicWrite.ts';
import { fromNative } from '../files/bytePath.ts';
import { permissionsOf } from '../files/permissionsOf.ts';
import { partsSuffix } from './archive/archiveParts.ts';
import { type Archive, readArchive, sliceOf } from './readArchive.ts';
import { readRecipe } from './readRecipe.ts';
import { createTarWriter, type TarWriter } from './tarWriter.ts';
import { takeLock } from './withLock.ts';

/** The next state of an archive: a file beside it, begun when something is added. */
export interface ArchiveDraft {
  readonly isStarted: () => boolean;
  /** Bytes of an entry that was added; undefined if there is none of this name. */
  readonly sizeOf: (name: string) => number | undefined;
  /** Runs `work` when all before it has ended; it adds entries. */
  readonly append: (work: (add: TarWriter['add']) => Promise<void>) => Promise<void>;
  /**
   * Adds the last files, each with its text, and puts the draft in the place of the archive. They are made of the archive as
   * it is: another process may have changed it until the draft was begun.
   */
  readonly commit: (filesFor: (archive: Archive) => Readonly<Record<string, string>>) => Promise<void>;
  readonly discard: () => void;
}

interface DraftFile {
  readonly path: string;
  readonly writer: TarWriter;
  /** What is at its place. */
  readonly archive: Archive;
  readonly lock: Disposable;
}

/**
 * `archive` is what was seen at `path`: its blobs are in the draft from the beginning. From then on no other process writes
 * there. Throws `store-locked`, and `content-changed` if the archive lost some of its blobs meanwhile.
 */
export function createArchiveDraft(path: string, archive: () => Archive): ArchiveDraft {
  let file: Promise<DraftFile> | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let [added, own] = [new Map<string, number>(), 0];
  const write = (work: (file: DraftFile) => Promise<void>): Promise<void> => {
    const begun = added;
    const result = queue.then(async () => {
      try {
        // What waits when the draft is given up must not begin another one.
        if (begun !== added) throw new KitwrightError('cancelled', `Nothing more is written to ${path}.`);
        file ??= startFile(path, archive(), added);
        await work(await file);
      } catch (error) {
        throw systemError(error, 'store-failed', 'write the archive', path);
      }
    });
    queue = result.catch(() => undefined);
    return result;
  };
  const forget = () => {
    file = undefined;
    [added, own] = [new Map(), 0];
  };
  /** While nothing is in the draft but what was in the archive, nobody needs to wait for it. */
  const giveUp = async (draft: DraftFile) => {
    if (own > 0) return;
    file = undefined;
    added.clear();
    await abandon(draft);
  };
  return {
    isStarted: () => file !== undefined,
    sizeOf: (name) => added.get(name),
    append: (work) =>
      write(async (draft) => {
        try {
          await work(async (name, size, read) => {
            await draft.writer.add(name, size, read);
            added.set(name, size);
            own++;
          });
        } catch (error) {
          await giveUp(draft);
          throw error;
        }
      }),
    commit: async (filesFor) => {
      await write((draft) => finish(draft, path, filesFor(draft.archive)));
      forget();
    },
    discard: () => {
      file?.then(abandon, () => undefined);
      forget();
    },
  };
}

/** A new archive beside the old one, with the blobs of the old one in it. */
async function startFile(path: string, seen: Archive, added: Map<string, number>): Promise<DraftFile> {
  if (path.endsWith(partsSuffix))
    throw new KitwrightError('target-invalid', `${path}: an archive in parts is read, and not changed.`);
  const temporary = `${path}.draft`;
  // The same one as that of `save`.
  const lock = await takeLock(`${path}.lock`, dirname(path));
  try {
    // A writer that was killed left it.
    rmSync(temporary, { force: true });
    const archive = readArchive(path);
    requireBlobs(path, archive, seen);
    const writer = await createTarWriter(temporary, permissionsOf(fromNative(path)));
    for (const [name, { offset, size }] of archive.entries) {
      if (!isBlob(name)) continue;
      const content = sliceOf(archive.recipe, { offset, size });
      await writer.add(name, size, (take) => readRecipe(content, { start: 0, end: size }, take));
      added.set(name, size);
    }
    return { path: temporary, writer, archive, lock };
  } catch (error) {
    rmSync(temporary, { force: true });
    lock[Symbol.dispose]();
    throw systemError(error, 'store-failed', 'write the archive', path);
  }
}

/** Kits that are being written may count on blobs that were there. */
function requireBlobs(path: string, { entries }: Archive, seen: Archive): void {
  if ([...seen.entries.keys()].every((name) => !isBlob(name) || entries.has(name))) return;
  throw new KitwrightError('content-changed', `Another process replaced ${path}.`, { data: { path } });
}

function isBlob(name: string): boolean {
  return name.startsWith('blobs/');
}

async function finish(
  { path: temporary, writer, lock }: DraftFile,
  path: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  using _lock = lock;
  for (const [name, text] of Object.entries(files)) {
    const bytes = Buffer.from(text);
    await writer.add(name, bytes.byteLength, async (take) => take(bytes));
  }
  await writer.finish();
  renameSync(temporary, path);
  syncDirectory(dirname(path));
}

async function abandon({ path, writer, lock }: DraftFile): Promise<void> {
  using _lock = lock;
  rmSync(path, { force: true });
  await writer.abandon();
}
