import { constants, ftruncateSync, rmSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { errnoOf, systemError } from '../errors/systemError.ts';
import { temporaryName } from '../files/atomicWrite.ts';
import { type BytePath, baseOf, fromNative, fsPath, joinPath, parentOf, textOf } from '../files/bytePath.ts';
import { createPathOpener } from '../files/createPathOpener.ts';
import { dataRuns } from '../files/dataRuns.ts';
import { displayPath } from '../files/displayPath.ts';
import { type Fingerprint, fingerprintOf, sameFingerprint } from '../files/fingerprint.ts';
import { openFile } from '../files/openFile.ts';
import { readOnly } from '../files/readPlainFile.ts';
import { typeOf } from '../files/walk.ts';
import { writeAll } from '../files/writeAll.ts';
import type { CapabilitySet } from '../host/createCapabilities.ts';
import type { Plan, PlanFile } from '../host/nouns.ts';
import { judgeFile } from '../pack/judgeFile.ts';
import type { OddFile } from '../pack/oddFiles.ts';

export interface CopyOptions {
  /** Is this a file whose writer does not pause? */
  readonly isWanted: (file: PlanFile) => boolean;
  /** Was the file only seen to grow? Then what it had when the copy began is one version of it. */
  readonly growsOnly: (path: BytePath) => boolean;
  readonly capabilities: CapabilitySet;
  /** Waits so many ms before a file is read again. */
  readonly pause: (ms: number) => Promise<unknown>;
  /** Folder for the copies, on the file system of the store. */
  readonly folder: string;
}

/** A plan whose changing files are read from copies. Disposing it removes them. */
export interface CopiedPlan extends Disposable {
  readonly plan: Plan;
  /** What changed during every try to copy it, or does not look complete. */
  readonly odd: readonly OddFile[];
}

/**
 * Copies the files that are written all the time, so that a layer is hashed from bytes that no longer change. A copy is
 * one version of its file if the file did not change meanwhile; after a few tries what one read gives is taken. A file
 * that vanished is left out. Throws `disk-full`, `store-failed`, `file-unreadable`.
 */
export async function copyChanging(plan: Plan, options: CopyOptions): Promise<CopiedPlan> {
  const copies: string[] = [];
  const odd: OddFile[] = [];
  const dispose = () => {
    for (const path of copies) rmSync(path, { force: true });
  };
  const isCopied = (file: PlanFile) => file.type === 'file' && !file.copy && options.isWanted(file);
  const copied = async (file: PlanFile): Promise<readonly PlanFile[]> => {
    if (!isCopied(file)) return [file];
    const to = join(options.folder, temporaryName('object'));
    copies.push(to);
    const copy = await copyVersion(file, placeOf(file, plan.directory), to, options);
    if (!copy) return [];
    if (copy.reason !== undefined) odd.push({ path: displayPath(file.path), reason: copy.reason });
    return [{ ...file, fingerprint: copy.fingerprint, copy: { path: fromNative(to), offset: 0 } }];
  };
  try {
    const layers = [];
    for (const layer of plan.layers) {
      layers.push(
        layer.files.some(isCopied) ? { ...layer, files: (await mapInOrder(layer.files, copied)).flat() } : layer,
      );
    }
    return { plan: { ...plan, layers }, odd, [Symbol.dispose]: dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

async function mapInOrder<T, U>(items: readonly T[], map: (item: T) => Promise<U>): Promise<readonly U[]> {
  const results: U[] = [];
  for (const item of items) results.push(await map(item));
  return results;
}

interface Copied {
  readonly fingerprint: Fingerprint;
  /** Why it may not be one version of its file. */
  readonly reason: string | undefined;
  /** Did the file become larger meanwhile? */
  readonly isPrefix: boolean;
}

/**
 * How often a copy is tried: a file that is rewritten ten times a second is unchanged for most of that time. The pauses
 * between (1, 2, 4, ... ms, an eighth of a second in all) let a writer go on that a busy machine stopped in the middle.
 */
const maxTries = 8;

/** A path below a directory. */
interface FilePlace {
  readonly root: BytePath;
  readonly name: BytePath;
}

/** The target of a link is a real path, so no part of it may be a link either. */
function placeOf({ path, target }: PlanFile, directory: BytePath): FilePlace {
  if (target === undefined) return { root: directory, name: path };
  return target.startsWith('/')
    ? { root: '/', name: target.slice(1) }
    : { root: parentOf(target), name: baseOf(target) };
}

/** Undefined if the file vanished. */
async function copyVersion(
  { path }: PlanFile,
  from: FilePlace,
  to: string,
  options: CopyOptions,
): Promise<Copied | undefined> {
  try {
    let last: Copied | undefined;
    for (let i = 0; i < maxTries; i++) {
      // Of what only grows a part is a version too, and there may be many such files.
      if (i > 0 && !options.growsOnly(path)) await options.pause(2 ** (i - 1));
      last = await tryCopy(path, from, to, options);
      if (!last || last.reason === undefined) return last;
    }
    return last?.isPrefix && options.growsOnly(path) ? { ...last, reason: undefined } : last;
  } catch (error) {
    if (isVanished(error)) return undefined;
    throw systemError(error, 'file-unreadable', 'copy', displayPath(path));
  }
}

/** Is there no file of that name any more, but nothing, or a link in the place of the file or of a directory? */
function isVanished(error: unknown): boolean {
  const code = error instanceof KitwrightError ? error.code : errnoOf(error);
  return ['ENOENT', 'ELOOP', 'ENOTDIR', 'path-is-link'].includes(code ?? '');
}

/** Neither follows a link that came after the scan, nor waits for the writer of a pipe. */
const plainFile = readOnly | (constants.O_NOFOLLOW ?? 0);

/** Undefined if it is no file any more. */
async function tryCopy(
  path: BytePath,
  { root, name }: FilePlace,
  to: string,
  options: CopyOptions,
): Promise<Copied | undefined> {
  using parents = createPathOpener(root);
  await using source = await openFile(fsPath(joinPath(parents.open(parentOf(name)), baseOf(name))), plainFile);
  const before = await fingerprintAt(source);
  if (typeOf(before.mode) !== 'file') return undefined;
  const size = await copyBytes(source, to, before.size);
  const after = await fingerprintAt(source);
  const isWhole = size === before.size && sameFingerprint(before, after);
  const reason = isWhole ? incompleteReason(path, to, size, options.capabilities) : 'it was written while it was read';
  return { fingerprint: { ...before, size }, reason, isPrefix: size === before.size && after.size > size };
}

async function fingerprintAt(file: FileHandle): Promise<Fingerprint> {
  return fingerprintOf(await file.stat({ bigint: true }));
}

const blockBytes = 1024 * 1024;

/** Copies the first bytes of a file; returns how many there were. */
async function copyBytes(source: FileHandle, to: string, size: number): Promise<number> {
  await using target = await openFile(to, 'w', 0o600);
  const block = Buffer.allocUnsafe(Math.min(size, blockBytes));
  let done = 0;
  while (done < size) {
    const { bytesRead } = await source.read(block, 0, Math.min(block.byteLength, size - done), done);
    if (bytesRead === 0) break;
    const bytes = block.subarray(0, bytesRead);
    for (const [from, to] of dataRuns(bytes, done)) await writeAll(target, bytes.subarray(from, to), done + from);
    done += bytesRead;
  }
  // Zeros at its end were not written.
  ftruncateSync(target.fd, done);
  return done;
}

function incompleteReason(path: BytePath, copy: string, size: number, capabilities: CapabilitySet): string | undefined {
  // Most writers empty a file before they write it again.
  if (size === 0) return 'it was empty when it was read';
  const file = { path: fromNative(copy), name: textOf(baseOf(path)), size, sizeOf: () => undefined };
  const answer = judgeFile(file, capabilities);
  return answer.state === 'ready' ? undefined : answer.reason;
}
