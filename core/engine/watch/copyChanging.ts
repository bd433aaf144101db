import { rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, systemError } from '../errors/systemError.ts';
import { temporaryName } from '../files/atomicWrite.ts';
import { type BytePath, baseOf, fromNative, fsPath, joinPath, textOf } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import { type Fingerprint, fingerprintOf, sameFingerprint } from '../files/fingerprint.ts';
import { typeOf } from '../files/walk.ts';
import type { CapabilityRegistry } from '../host/capabilities.ts';
import type { Plan, PlanFile } from '../host/nouns.ts';
import { formatsOf, judgeFile } from '../pack/judgeFile.ts';
import type { OddFile } from '../pack/oddFiles.ts';

export interface CopyOptions {
  /** The files whose writers do not pause; not those that only grow. */
  readonly changing: ReadonlySet<BytePath>;
  readonly capabilities: CapabilityRegistry;
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
  const copied = async (file: PlanFile): Promise<readonly PlanFile[]> => {
    if (file.type !== 'file' || file.copy || !options.changing.has(file.path)) return [file];
    const to = join(options.folder, temporaryName('object'));
    copies.push(to);
    const copy = await copyFile(file, file.target ?? joinPath(plan.directory, file.path), to, options);
    if (!copy) return [];
    if (copy.reason !== undefined) odd.push({ path: displayPath(file.path), reason: copy.reason });
    return [{ ...file, fingerprint: copy.fingerprint, copy: { path: fromNative(to), offset: 0 } }];
  };
  try {
    const layers = [];
    for (const layer of plan.layers) {
      const isTouched = layer.files.some(({ path }) => options.changing.has(path));
      layers.push(isTouched ? { ...layer, files: (await mapInOrder(layer.files, copied)).flat() } : layer);
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
}

/** How often a copy is tried: a file that is rewritten ten times a second is unchanged for most of that time. */
const maxTries = 8;

/** Undefined if the file vanished. */
async function copyFile(file: PlanFile, from: BytePath, to: string, options: CopyOptions): Promise<Copied | undefined> {
  let last: Copied | undefined;
  for (let i = 0; i < maxTries; i++) {
    last = await tryCopy(file, from, to, options);
    if (!last || last.reason === undefined) break;
  }
  return last;
}

async function tryCopy(
  { path }: PlanFile,
  from: BytePath,
  to: string,
  { capabilities }: CopyOptions,
): Promise<Copied | undefined> {
  try {
    await using source = await open(fsPath(from), 'r');
    const fingerprint = await fingerprintAt(source);
    if (typeOf(fingerprint.mode) !== 'file') return undefined;
    const size = await copyBytes(source, to, fingerprint.size);
    const isOne = size === fingerprint.size && sameFingerprint(fingerprint, await fingerprintAt(source));
    const reason = isOne ? incompleteReason(path, to, size, capabilities) : 'it was written while it was read';
    return { fingerprint: { ...fingerprint, size }, reason };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw systemError(error, 'file-unreadable', 'copy', displayPath(path));
  }
}

async function fingerprintAt(file: FileHandle): Promise<Fingerprint> {
  return fingerprintOf(await file.stat({ bigint: true }));
}

const blockBytes = 1024 * 1024;

/** Copies the first bytes of a file; returns how many there were. */
async function copyBytes(source: FileHandle, to: string, size: number): Promise<number> {
  await using target = await open(to, 'w', 0o600);
  const block = Buffer.allocUnsafe(Math.min(size, blockBytes));
  for (let done = 0; done < size; ) {
    const { bytesRead } = await source.read(block, 0, Math.min(block.byteLength, size - done), done);
    if (bytesRead === 0) return done;
    await target.writeFile(block.subarray(0, bytesRead));
    done += bytesRead;
  }
  return size;
}

function incompleteReason(
  path: BytePath,
  copy: string,
  size: number,
  capabilities: CapabilityRegistry,
): string | undefined {
  // Most writers empty a file before they write it again.
  if (size === 0) return 'it was empty when it was read';
  const formats = formatsOf(textOf(baseOf(path)), capabilities);
  const answer = judgeFile({ path: fromNative(copy), size, formats, sizeOf: () => undefined });
  return answer.state === 'ready' ? undefined : answer.reason;
}
