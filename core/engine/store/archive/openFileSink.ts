import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { errnoOf, isDiskFull, systemError } from '../../errors/systemError.ts';
import { syncDirectory } from '../../files/atomicWrite.ts';
import { fromNative } from '../../files/bytePath.ts';
import { writeAll } from '../../files/writeAll.ts';
import type { Recipe } from '../../layers/recipe.ts';
import { readRecipe } from '../readRecipe.ts';
import type { ArchivePart, ArchiveSink } from './ArchiveSink.ts';
import { openPartialFiles, type PartialFiles } from './openPartialFiles.ts';

/** Ends the name of what is not finished. */
const suffix = '.partial';

/** Where an archive is written: the final name of each of its files, and the bytes of each but the last. */
export interface FileSinkOptions {
  readonly nameOf: (part: number) => string;
  readonly partSize: number;
}

/** Opens a sink of files, with what an interrupted save left in them. Throws `store-failed`. */
export async function openFileSink({ nameOf, partSize }: FileSinkOptions): Promise<ArchiveSink> {
  const finalPath = nameOf;
  const pathOf = (part: number) => `${finalPath(part)}${suffix}`;
  const files = openPartialFiles(pathOf, finalPath);
  let isFull = false;
  const failing = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      isFull ||= isDiskFull(error);
      throw (
        tooLarge(error, resolve(finalPath(0))) ??
        systemError(error, 'store-failed', 'write the archive', resolve(finalPath(0)))
      );
    }
  };
  let length = await failing(() => lengthOf(files, pathOf, partSize));
  return {
    present: () => length,
    read: (range, take) => readRecipe(recipeOf(length, pathOf, partSize), range, take),
    cut: (from) =>
      failing(async () => {
        while (length > from) {
          const [part, start] = [partOf(length - 1, partSize), startOf(length, partSize)];
          const end = Math.max(from, start);
          await (await files.open(part)).truncate(end - start);
          length = end;
        }
      }),
    write: (block) =>
      failing(async () => {
        for (let done = 0; done < block.byteLength; ) {
          const at = length % partSize;
          const bytes = block.subarray(done, done + partSize - at);
          await writeAll(await files.open(partOf(length, partSize)), bytes, at);
          done += bytes.byteLength;
          length += bytes.byteLength;
        }
      }),
    commit: () => failing(() => commit(files, sizesOf(length, partSize), pathOf, finalPath)),
    close: () =>
      failing(async () => {
        await files.close();
        // Its disk would stay full, and what filled it may be no archive that anybody wants.
        if (isFull) for (const part of sizesOf(length + 1, partSize).keys()) rmSync(pathOf(part), { force: true });
      }),
  };
}

/** FAT has no file of 4 GiB, and users have limits. */
function tooLarge(cause: unknown, path: string): KitwrightError | undefined {
  if (errnoOf(cause) !== 'EFBIG') return undefined;
  return new KitwrightError('store-failed', `A file may not be so large there: ${path}.`, {
    data: { path },
    hint: 'Make parts of the archive, for example --split 4GB: FAT32 has no file of 4 GiB.',
    cause,
  });
}

/** The part in which an offset lies. */
function partOf(offset: number, partSize: number): number {
  return Math.floor(offset / partSize);
}

/** Where the last part starts of that many bytes. */
function startOf(length: number, partSize: number): number {
  return partOf(length - 1, partSize) * partSize;
}

/** The sizes of the files that hold that many bytes. */
function sizesOf(length: number, partSize: number): readonly number[] {
  return Array.from({ length: Math.ceil(length / partSize) }, (_, i) => Math.min(partSize, length - i * partSize));
}

/** What is there: whole files, and one that may be shorter. One that is longer is of another save. */
async function lengthOf(files: PartialFiles, pathOf: (part: number) => string, partSize: number): Promise<number> {
  for (let part = 0; ; part++) {
    const { size } = await (await files.open(part)).stat();
    if (size > partSize) await (await files.open(part)).truncate(partSize);
    if (size < partSize || !existsSync(pathOf(part + 1))) return part * partSize + Math.min(size, partSize);
  }
}

function recipeOf(length: number, pathOf: (part: number) => string, partSize: number): Recipe {
  return sizesOf(length, partSize).map((size, part) => {
    return { kind: 'file', path: fromNative(pathOf(part)), offset: 0, size };
  });
}

/** Every file is on the disk before the first one has its name. */
async function commit(
  files: PartialFiles,
  sizes: readonly number[],
  pathOf: (part: number) => string,
  finalPath: (part: number) => string,
): Promise<readonly ArchivePart[]> {
  await files.close();
  for (const part of sizes.keys()) renameSync(pathOf(part), finalPath(part));
  syncDirectory(dirname(finalPath(0)));
  return sizes.map((size, part) => ({ path: resolve(finalPath(part)), size }));
}
