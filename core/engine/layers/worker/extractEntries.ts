import { constants, copyFileSync } from 'node:fs';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { type BytePath, fsPath } from '../../files/bytePath.ts';
import { changeMode } from '../../files/changeMode.ts';
import { readFingerprint } from '../../files/fingerprint.ts';
import { giveName } from '../../files/giveName.ts';
import { openBaton } from '../baton.ts';
import { decodeRecipe, type ExtractJob, type ExtractResult } from '../jobs.ts';
import { createMeter, type Meter } from '../Meter.ts';
import { type OwnFile, type OwnFiles, openOwnFiles, ownPath } from '../ownFiles.ts';
import type { FilePiece, Recipe } from '../recipe.ts';
import { createRecipeReader, type RecipeReader } from '../recipeReader.ts';
import { blockSize } from '../tarHeader.ts';
import { endOf, type ReadAt, tarIndex, wholeEntry } from '../tarIndex.ts';
import { checkCount, type IndexedEntry } from '../tarRules.ts';
import { createEntryWriter, createFile, writeFully, writing } from './entryWriter.ts';
import { type FileWindow, openFileWindow, windowBytes } from './fileWindow.ts';
import { blockBytes, readPiece } from './readPiece.ts';
import { pauseAfter } from './throttle.ts';
import { waitFor } from './waitFor.ts';

/**
 * Writes the entries of a layer that no other worker takes. Modes are subject to the umask, as with `kit`.
 * Throws `unpack-exists`, `unpack-refused`, `kit-malformed`, `disk-full`, `cancelled`.
 */
export function extractEntries(job: ExtractJob): ExtractResult {
  const recipe = decodeRecipe(job.recipe);
  const counter = job.available && new BigInt64Array(job.available);
  using reader = createRecipeReader(recipe);
  const until = counter && ((end: number) => waitFor(counter, end));
  using window = openFileWindow(until);
  const fetched = job.available && until && { own: openOwnFiles(job.available), until };
  const writer: Writer = { window, block: Buffer.allocUnsafeSlow(blockBytes), meter: createMeter(job.meter), fetched };
  using entries = createEntryWriter(job);
  for (const entry of batches(job, reader, writer)) {
    const to = entries.place(entry);
    if (to !== undefined) writing(entry.path, () => writeFile(entry, job, to, reader, writer));
  }
  return entries.result();
}

interface Batch {
  readonly entries: readonly IndexedEntry[];
  /** Undefined if nothing is left. */
  readonly next: number | undefined;
}

/** What this worker is to write: batches of entries, until nothing is left. */
function* batches(job: ExtractJob, reader: RecipeReader, writer: Writer): Generator<IndexedEntry> {
  const baton = openBaton(job.baton);
  const check = () => {
    if (writer.meter.cancelled()) throw cancelled();
  };
  let count = 0;
  for (let at = baton.take(check); at !== undefined; at = baton.take(check)) {
    let batch: Batch = { entries: [], next: undefined };
    try {
      batch = job.raw
        ? { entries: [wholeEntry(job.raw, reader.size)], next: undefined }
        : lookAhead(reader, writer, at);
    } finally {
      baton.pass(batch.next);
    }
    count += batch.entries.length;
    checkCount(count);
    yield* batch.entries;
  }
}

function cancelled(): KitwrightError {
  return new KitwrightError('cancelled', 'Cancelled.');
}

/** The entries that lie within a window's length from `at` on, one at least. */
function lookAhead(reader: RecipeReader, { window, fetched }: Writer, at: number): Batch {
  const end = at + windowBytes;
  const [piece] = reader.slice(at, windowBytes);
  // All at once: then headers and contents alike are found in the window.
  if (piece?.kind === 'file' && !piece.fingerprint) {
    fetched?.until(at + piece.size);
    const size = Math.min(piece.size, (fetched?.own.next(at) ?? end) - at);
    window.read(piece.path, piece.offset, size);
  }
  const entries: IndexedEntry[] = [];
  let next = at;
  for (const entry of tarIndex(readHeaders(reader, window), reader.size, at)) {
    if (entries.length && endOf(entry) > end) return { entries, next };
    entries.push(entry);
    next = endOf(entry);
    if (next + blockSize > end) return { entries, next };
  }
  return { entries, next: undefined };
}

/** Headers come from the recipe itself, or through the window. */
function readHeaders(reader: RecipeReader, window: FileWindow): ReadAt {
  return (offset, length) => {
    const [piece, ...more] = reader.slice(offset, length);
    if (more.length || piece?.kind !== 'file' || length > windowBytes) return reader.readAt(offset, length);
    return window.read(piece.path, piece.offset, piece.size);
  };
}

interface Writer {
  readonly window: FileWindow;
  readonly block: Buffer;
  readonly meter: Meter;
  /** Of a layer that is being fetched: where its large files lie, and how to wait for what comes. */
  readonly fetched: { readonly own: OwnFiles; readonly until: (end: number) => number } | undefined;
}

function writeFile(entry: IndexedEntry, job: ExtractJob, to: BytePath, reader: RecipeReader, writer: Writer): void {
  const content = reader.slice(entry.offset, entry.size);
  const own = writer.fetched?.own.at(entry.offset);
  if (own?.start === entry.offset) takeOver(own, content, to, entry.mode, writer);
  else if (!job.available && isWholeFile(content)) copyByKernel(content[0], to, entry.mode);
  else writeContent(content, to, entry.mode, writer);
}

/** What has a file of its own needs only its name, once all of it is there. */
function takeOver(own: OwnFile, [piece]: Recipe, to: BytePath, mode: number, { fetched, meter }: Writer): void {
  if (piece?.kind !== 'file') return;
  fetched?.until(own.end);
  giveName(fsPath(ownPath(piece.path, own.index)), fsPath(to));
  changeMode(to, mode & 0o777 & ~process.umask());
  meter.add(own.end - own.start);
}

/** Files from this size are copied by the kernel. */
const kernelCopyBytes = 1024 * 1024;

/** Only files of the store, which never become shorter: libuv's copy does not end otherwise. */
function isWholeFile(recipe: Recipe): recipe is readonly [FilePiece] {
  const [piece] = recipe;
  return (
    recipe.length === 1 &&
    piece?.kind === 'file' &&
    piece.fingerprint === undefined &&
    piece.size >= kernelCopyBytes &&
    piece.offset === 0 &&
    readFingerprint(piece.path)?.size === piece.size
  );
}

const { COPYFILE_EXCL, COPYFILE_FICLONE } = constants;

function copyByKernel({ path }: FilePiece, to: BytePath, mode: number): void {
  copyFileSync(fsPath(path), fsPath(to), COPYFILE_EXCL | COPYFILE_FICLONE);
  changeMode(to, mode & 0o777 & ~process.umask());
}

function writeContent(recipe: Recipe, to: BytePath, mode: number, writer: Writer): void {
  using file = createFile(to, mode);
  for (const piece of recipe) {
    if (piece.kind === 'inline') writeFully(file.fd, piece.bytes);
    else if (piece.fingerprint) readPiece(piece, writer.block, writer.meter, (bytes) => writeFully(file.fd, bytes));
    else writeThroughWindow(file.fd, piece, writer);
  }
}

function writeThroughWindow(fd: number, piece: FilePiece, { window, meter }: Writer): void {
  for (let done = 0; done < piece.size; ) {
    if (meter.cancelled()) throw cancelled();
    const bytes = window.read(piece.path, piece.offset + done, Math.min(windowBytes, piece.size - done));
    writeFully(fd, bytes);
    done += bytes.byteLength;
    meter.add(bytes.byteLength);
    pauseAfter(bytes.byteLength);
  }
}
