import { hash as hashOf } from 'node:crypto';
import type { BytePath } from '../../files/bytePath.ts';
import { writeHeader } from '../headerWriter.ts';
import { digestBytes, packLimit } from '../jobs.ts';
import { contentSize, type ManyJob, unitSize } from '../manyFiles.ts';
import { paddingOf } from '../tarHeader.ts';
import { contentHashBytes } from './contentHasher.ts';
import type { FileWindow } from './fileWindow.ts';
import { type ManyRun, type OpenPack, pathsOf, pieceOf, rowsOf, slotOf, writeAll } from './openManyRun.ts';
import { readInto } from './readPiece.ts';
import { pauseAfter } from './throttle.ts';

/** Reads a chunk into its slot; what is new of it is written into the pack from there. */
export function fillChunk(run: ManyRun, chunk: number): void {
  const { job, control } = run;
  if (contentSize(job, rowsOf(job, chunk)[0]) > packLimit) {
    control.filled(chunk);
    return;
  }
  const slot = slotOf(job, chunk);
  const whole = isKnown(job, chunk) ? readWhole(run, chunk, slot) : undefined;
  // If it is not what it was, this one finds out what is wrong.
  const length = whole ?? readRows(run, chunk, slot);
  if (length === undefined) {
    control.stop('damaged');
    return;
  }
  if (job.stored && whole === undefined) job.sums.set(sumOf(run, slot.subarray(0, length)), chunk * contentHashBytes);
  run.meter.add(length);
  pauseAfter(length);
  control.filled(chunk);
}

/** Is its content hash known, which a chunk has that the store has as a whole? */
function isKnown({ sums, digests }: ManyJob, chunk: number): boolean {
  const at = chunk * contentHashBytes;
  // Those of single files are made where each is read.
  return !digests && sums.subarray(at, at + contentHashBytes).some((byte) => byte !== 0);
}

function sumOf({ hasher }: ManyRun, bytes: Uint8Array): Uint8Array {
  return hasher.init().update(bytes).digest('binary');
}

/** Reads a chunk from the store, a run of units with one call; undefined if it is not what was stored. */
function readWhole(run: ManyRun, chunk: number, slot: Buffer): number | undefined {
  const { job, window } = run;
  const [from, to] = rowsOf(job, chunk);
  let at = 0;
  for (let row = from; row < to; ) {
    const [source, offset] = [job.stored?.sources[row] ?? 0, job.stored?.offsets[row] ?? 0];
    let length = 0;
    do length += unitSize(job, job, row++);
    while (row < to && job.stored?.sources[row] === source && job.stored.offsets[row] === offset + length);
    try {
      window.fill(job.stored?.paths[source] ?? '', offset, slot.subarray(at, at + length));
    } catch {
      // What was stored is shorter, or gone.
      return undefined;
    }
    at += length;
  }
  const sum = sumOf(run, slot.subarray(0, at));
  return sum.every((byte, i) => byte === job.sums[chunk * contentHashBytes + i]) ? at : undefined;
}

/** Reads the units of a chunk one by one, and writes the new ones; undefined if one is not what was stored. */
function readRows(run: ManyRun, chunk: number, slot: Buffer): number | undefined {
  const { job } = run;
  const [from, to] = rowsOf(job, chunk);
  const writer = run.pack && createRunWriter(run.pack, slot, run.pack.starts[chunk] ?? 0);
  const paths = pathsOf(job, from, to);
  let at = 0;
  for (let row = from; row < to; row++) {
    const path = paths[row - from] ?? '';
    const isStored = (job.stored?.sources[row] ?? -1) >= 0;
    const length = isStored ? readStored(run, row, path, slot, at) : readNew(run, row, path, slot, at);
    if (length === undefined) return undefined;
    if (!isStored) writer?.add(at, length);
    at += length;
  }
  writer?.flush();
  return at;
}

/** Writes runs of new units, each with one call. */
function createRunWriter(pack: OpenPack, slot: Buffer, packAt: number) {
  let [start, length, position] = [0, 0, packAt];
  const flush = () => {
    writeAll(pack, slot.subarray(start, start + length), position);
    position += length;
    length = 0;
  };
  return {
    flush,
    add: (at: number, more: number) => {
      if (length && start + length !== at) flush();
      if (!length) start = at;
      length += more;
    },
  };
}

/** Reads a unit from its file; gives its length. */
function readNew(run: ManyRun, row: number, path: BytePath, into: Buffer, at: number): number {
  const { job, hasher } = run;
  const size = contentSize(job, row);
  const header = writeHeader({ path, mode: job.modes[row] ?? 0, size }, into, at);
  if (size === 0) return header;
  readInto(pieceOf(job, row, path), into, at + header);
  const content = into.subarray(at + header, at + header + size);
  job.contents.set(hasher.init().update(content).digest('binary'), row * contentHashBytes);
  noteDigest(job, row, content);
  const padding = paddingOf(size);
  if (padding) into.fill(0, at + header + size, at + header + size + padding);
  return header + size + padding;
}

/** At once: the bytes are still in the core's cache. */
function noteDigest({ digests }: ManyJob, row: number, content: Uint8Array): void {
  digests?.set(hashOf('sha256', content, 'buffer'), row * digestBytes);
}

/** Reads a unit from the store; undefined if it is not what was stored. */
function readStored(run: ManyRun, row: number, path: BytePath, into: Buffer, at: number): number | undefined {
  const { job, window, hasher } = run;
  const size = contentSize(job, row);
  const header = writeHeader({ path, mode: job.modes[row] ?? 0, size }, into, at);
  const [start, end] = [at + header, at + header + size];
  const length = header + size + paddingOf(size);
  if (length > header + size) into.fill(0, end, at + length);
  const isBare = job.stored?.bare[row] === 1;
  const found = foundIn(job, window, row, isBare ? size : length);
  if (!found) return undefined;
  const content = isBare ? found : found.subarray(header, header + size);
  if (!isBare) {
    if (found.compare(into, at, start, 0, header) !== 0) return undefined;
    const isPadded = length > header + size;
    if (isPadded && found.compare(into, end, at + length, header + size, length) !== 0) return undefined;
  }
  if (size > 0 && !isContent(job, row, hasher.init().update(content).digest('binary'))) return undefined;
  if (size > 0) noteDigest(job, row, content);
  into.set(content, start);
  return length;
}

function isContent({ contents }: ManyJob, row: number, hash: Uint8Array): boolean {
  for (let i = 0; i < contentHashBytes; i++) if (hash[i] !== contents[row * contentHashBytes + i]) return false;
  return true;
}

function foundIn({ stored }: ManyJob, window: FileWindow, row: number, length: number): Buffer | undefined {
  try {
    return window.read(stored?.paths[stored.sources[row] ?? 0] ?? '', stored?.offsets[row] ?? 0, length);
  } catch {
    // What was stored is shorter, or gone.
    return undefined;
  }
}
