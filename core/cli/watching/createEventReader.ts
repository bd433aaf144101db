import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CheckpointProgress } from '@kitwright/core/internal';
import { readScalars } from './readScalars.ts';

/** How many bytes one call reads at most: the next call goes on. */
const maxBytes = 64 * 1024 * 1024;

/** Records beyond this many bytes are pictures or histograms, which are passed over without reading. */
const maxRecord = 64 * 1024;

/** Metrics that are kept. */
const mostMetrics = 200;

/** Levels of directories that are searched, and entries. */
const [mostLevels, mostEntries] = [3, 10_000];

/** Reads step and metrics from what TensorBoard's writers append. */
export interface EventReader {
  /** The last value of each scalar and the highest step; undefined if there is none yet. */
  readonly read: () => CheckpointProgress | undefined;
}

/**
 * Reads an event file, or the newest ones in a directory, on from where the last call ended. Source: TFRecord (length,
 * masked CRC-32C of it, data, CRC of the data; little endian) with messages `tensorflow.Event`.
 */
export function createEventReader(path: string): EventReader {
  const offsets = new Map<string, number>();
  const metrics = new Map<string, number>();
  let step: number | undefined;
  return {
    read: () => {
      for (const file of eventFiles(path))
        for (const { tag, value, step: at } of newScalars(file, offsets)) {
          step = Math.max(step ?? 0, at);
          const name = tag.replaceAll(/[^\w]/g, '_').slice(0, 64);
          if (name !== '' && (metrics.has(name) || metrics.size < mostMetrics)) metrics.set(name, value);
        }
      return step === undefined ? undefined : { step, metrics: Object.fromEntries(metrics) };
    },
  };
}

/** Is this what such a reader reads: an event file, or a directory? */
export function holdsEvents(path: string): boolean {
  return isEventFile(basename(path)) || entriesOf(path).length > 0;
}

function isEventFile(name: string): boolean {
  return name.includes('.tfevents.');
}

/** By name, which begins with the time: values of a later file are newer. */
function eventFiles(path: string): readonly string[] {
  if (isEventFile(basename(path))) return [path];
  const found: string[] = [];
  const folders = [{ path, level: 0 }];
  let entries = 0;
  for (const folder of folders)
    for (const entry of entriesOf(folder.path)) {
      if (++entries > mostEntries) return found.sort();
      const at = join(folder.path, entry.name);
      if (entry.isFile() && isEventFile(entry.name)) found.push(at);
      if (entry.isDirectory() && folder.level < mostLevels) folders.push({ path: at, level: folder.level + 1 });
    }
  return found.sort();
}

function entriesOf(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    // It does not exist yet, or is a file.
    return [];
  }
}

function newScalars(path: string, offsets: Map<string, number>): ReturnType<typeof readScalars> {
  try {
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const { scalars, offset } = scalarsFrom(file, offsets.get(path) ?? 0);
      offsets.set(path, offset);
      return scalars;
    } finally {
      closeSync(file);
    }
  } catch {
    // It was removed, or cannot be read.
    return [];
  }
}

/** Bytes around the data of a record. */
const [before, after] = [12, 4];

function scalarsFrom(file: number, start: number) {
  const { size } = fstatSync(file);
  const scalars: ReturnType<typeof readScalars>[number][] = [];
  const head = Buffer.alloc(before);
  let [offset, read] = [start, 0];
  while (offset + before <= size && read < maxBytes) {
    readSync(file, head, 0, before, offset);
    const length = Number(head.readBigUInt64LE());
    // The record may be half written, or this is no such file, or a hole in one: no length has the CRC 0 there.
    if (head.every((byte) => byte === 0) || offset + before + length + after > size) break;
    if (length <= maxRecord) {
      const data = Buffer.alloc(length);
      readSync(file, data, 0, length, offset + before);
      scalars.push(...readScalars(data));
      read += length;
    }
    read += before;
    offset += before + length + after;
  }
  return { scalars, offset };
}
