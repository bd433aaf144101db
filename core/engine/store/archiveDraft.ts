import { renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { systemError } from '../errors/systemError.ts';
import { syncDirectory, temporaryName } from '../files/atomicWrite.ts';
import { partsSuffix } from './archive/archiveParts.ts';
import { type Archive, sliceOf } from './readArchive.ts';
import { readRecipe } from './readRecipe.ts';
import { createTarWriter, type TarWriter } from './tarWriter.ts';

/** The next state of an archive: a file beside it, begun when something is added. */
export interface ArchiveDraft {
  readonly isStarted: () => boolean;
  /** Bytes of an entry that was added; undefined if there is none of this name. */
  readonly sizeOf: (name: string) => number | undefined;
  /** Runs `work` when all before it has ended; it adds entries. */
  readonly append: (work: (add: TarWriter['add']) => Promise<void>) => Promise<void>;
  /** Adds the last files, each with its text, and puts the draft in the place of the archive. */
  readonly commit: (files: Readonly<Record<string, string>>) => Promise<void>;
  readonly discard: () => void;
}

interface DraftFile {
  readonly path: string;
  readonly writer: TarWriter;
}

/** `archive` is the one at `path`: its blobs are in the draft from the beginning. */
export function createArchiveDraft(path: string, archive: () => Archive): ArchiveDraft {
  let file: Promise<DraftFile> | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  const added = new Map<string, number>();
  const write = (work: (file: DraftFile) => Promise<void>): Promise<void> => {
    file ??= startFile(path, archive());
    const opened = file;
    const result = queue.then(async () => {
      try {
        await work(await opened);
      } catch (error) {
        throw systemError(error, 'store-failed', 'write the archive', path);
      }
    });
    queue = result.catch(() => undefined);
    return result;
  };
  const forget = () => {
    file = undefined;
    added.clear();
  };
  return {
    isStarted: () => file !== undefined,
    sizeOf: (name) => added.get(name),
    append: (work) =>
      write(({ writer }) =>
        work(async (name, size, read) => {
          await writer.add(name, size, read);
          added.set(name, size);
        }),
      ),
    commit: async (files) => {
      await write((draft) => finish(draft, path, files));
      forget();
    },
    discard: () => {
      file?.then(abandon, () => undefined);
      forget();
    },
  };
}

/** A new archive beside the old one, with the blobs of the old one in it. */
async function startFile(path: string, { entries, recipe }: Archive): Promise<DraftFile> {
  if (path.endsWith(partsSuffix))
    throw new KitwrightError('target-invalid', `${path}: an archive in parts is read, and not changed.`);
  const temporary = join(dirname(path), `.${temporaryName('archive')}`);
  try {
    const writer = await createTarWriter(temporary);
    for (const [name, entry] of entries) {
      const content = sliceOf(recipe, entry);
      if (isBlob(name))
        await writer.add(name, entry.size, (take) => readRecipe(content, { start: 0, end: entry.size }, take));
    }
    return { path: temporary, writer };
  } catch (error) {
    rmSync(temporary, { force: true });
    throw systemError(error, 'store-failed', 'write the archive', path);
  }
}

function isBlob(name: string): boolean {
  return name.startsWith('blobs/');
}

async function finish(
  { path: temporary, writer }: DraftFile,
  path: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const bytes = Buffer.from(text);
    await writer.add(name, bytes.byteLength, async (take) => take(bytes));
  }
  await writer.finish();
  renameSync(temporary, path);
  syncDirectory(dirname(path));
}

async function abandon({ path, writer }: DraftFile): Promise<void> {
  rmSync(path, { force: true });
  await writer.abandon();
}
