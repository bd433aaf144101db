import { closeSync, openSync, writeSync } from 'node:fs';
import type { IHasher } from 'hash-wasm';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { systemError } from '../../errors/systemError.ts';
import { type BytePath, joinPath } from '../../files/bytePath.ts';
import { dataRuns } from '../../files/dataRuns.ts';
import { fingerprintIn } from '../../files/fingerprintColumns.ts';
import { createMeter, type Meter } from '../Meter.ts';
import { type ManyControl, openManyControl } from '../manyControl.ts';
import { chunkBytes, type ManyJob, type PackPlan } from '../manyFiles.ts';
import type { FilePiece } from '../recipe.ts';
import { contentHasher } from './contentHasher.ts';
import { type FileWindow, openFileWindow } from './fileWindow.ts';

/** What a thread needs that takes part in a layer of many files. */
export async function openManyRun(job: ManyJob): Promise<ManyRun> {
  const hasher = await contentHasher(job.seed);
  return {
    job,
    control: openManyControl(job.control),
    hasher,
    meter: createMeter(job.meter),
    pack: job.pack && { ...job.pack, fd: openSync(job.pack.path, 'r+') },
    window: openFileWindow(),
    scratch: Buffer.alloc(scratchBytes),
  };
}

export interface ManyRun {
  readonly job: ManyJob;
  readonly control: ManyControl;
  readonly hasher: IHasher;
  readonly meter: Meter;
  readonly pack: OpenPack | undefined;
  readonly window: FileWindow;
  readonly scratch: Buffer;
}

export interface OpenPack extends PackPlan {
  readonly fd: number;
}

/** Enough for a header with a path of any length. */
const scratchBytes = 64 * 1024;

/** The others stop when one fails. */
export async function guarded<T>(run: ManyRun, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    run.control.stop('failed');
    throw error;
  } finally {
    if (run.pack) closeSync(run.pack.fd);
    run.window[Symbol.dispose]();
  }
}

/** Was something damaged found? Throws `cancelled` if another thread failed. */
export function isOver({ control, meter }: ManyRun): boolean {
  const stopped = control.stopped();
  if (stopped === 'failed' || meter.cancelled()) throw new KitwrightError('cancelled', 'Cancelled.');
  return stopped === 'damaged';
}

/** The rows of a chunk. */
export function rowsOf({ chunks }: ManyJob, chunk: number): readonly [from: number, to: number] {
  return [chunks[chunk] ?? 0, chunks[chunk + 1] ?? 0];
}

export function slotOf({ ring }: ManyJob, chunk: number): Buffer {
  return Buffer.from(ring, (chunk * chunkBytes) % ring.byteLength, chunkBytes);
}

export function pathsOf({ starts, pathBytes }: ManyJob, from: number, to: number): readonly BytePath[] {
  const [start, end] = [starts[from] ?? 0, (starts[to] ?? 0) - 1];
  return Buffer.from(pathBytes.buffer, pathBytes.byteOffset + start, end - start)
    .toString('latin1')
    .split('\0');
}

export function writeAll({ fd, path }: OpenPack, bytes: Buffer, position: number): void {
  try {
    for (const [from, to] of dataRuns(bytes, position))
      for (let done = from; done < to; ) done += writeSync(fd, bytes, done, to - done, position + done);
  } catch (error) {
    throw systemError(error, 'store-failed', 'write', path);
  }
}

export function pieceOf({ directory, numbers, sizes }: ManyJob, row: number, path: BytePath): FilePiece {
  const fingerprint = fingerprintIn(numbers, row);
  return { kind: 'file', path: joinPath(directory, path), offset: 0, size: sizes[row] ?? 0, fingerprint };
}
