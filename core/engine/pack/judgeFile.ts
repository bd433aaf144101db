import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { systemError } from '../errors/systemError.ts';
import { type BytePath, fsPath } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import { hasLfsPointerSize, isLfsPointer } from '../files/isLfsPointer.ts';
import { readOnly } from '../files/readPlainFile.ts';
import type { Readiness, ReadinessAnswer } from '../host/capabilities.ts';
import { checkedAnswer } from '../host/checkedAnswer.ts';
import type { CapabilitySet } from '../host/createCapabilities.ts';

/** A file to check for completeness. */
export interface JudgedFile {
  /** Absolute. */
  readonly path: BytePath;
  readonly name: string;
  /** Size in bytes. */
  readonly size: number;
  /** Size of a file beside it, or undefined. */
  readonly sizeOf: (name: string) => number | undefined;
}

/**
 * Does a file look complete? Checked by the formats that match its name, or else by one that recognises its beginning.
 * A file of an unknown format looks complete.
 */
export function judgeFile(file: JudgedFile, capabilities: CapabilitySet): ReadinessAnswer {
  const formats = formatsOf(file.name, capabilities);
  if (!isJudged(file, formats)) return ready;
  try {
    return judge(file, formats, capabilities);
  } catch (error) {
    // It is normal that a file vanishes or is truncated while it is checked; then no plugin is to blame.
    if (isOfPlugin(error) && sizeNow(file) === file.size) throw error;
    return { state: 'not-yet', reason: 'it cannot be read right now', retryAfter: 500 };
  }
}

function isOfPlugin(error: unknown): boolean {
  return error instanceof KitwrightError && error.code === 'plugin-failed';
}

function sizeNow({ path }: JudgedFile): number | undefined {
  return statSync(fsPath(path), { throwIfNoEntry: false })?.size;
}

/** The formats that match files of this name. */
export function formatsOf(name: string, capabilities: CapabilitySet): readonly Readiness[] {
  return capabilities.all('readiness').filter((format) => format.matches(name));
}

/** Weights by their names, in formats that only their contents can show. */
const weights = /\.(?:bin|pkl|pickle|joblib|h5|hdf5|keras|onnx|msgpack|npy|pb|tflite|mar|parquet|ubj|tar)$/i;

export function isNamedWeights(name: string): boolean {
  return weights.test(name);
}

/** Smaller files (bytes) of an unknown name are written too quickly to be worth opening. */
const large = 64 * 1024;

/** Must a file be opened to be checked? */
export function isJudged({ name, size }: Pick<JudgedFile, 'name' | 'size'>, formats: readonly Readiness[]): boolean {
  return formats.length > 0 || hasLfsPointerSize(size) || isNamedWeights(name) || size >= large;
}

/** The format that recognises the beginning of a file; undefined if it cannot be read. */
export function recognisedFormat(
  { path, size }: Pick<JudgedFile, 'path' | 'size'>,
  capabilities: CapabilitySet,
): Readiness | undefined {
  try {
    using file = openReader(path);
    return recognised(file.read(0, Math.min(size, headBytes)), capabilities);
  } catch (error) {
    if (isOfPlugin(error)) throw error;
    return undefined;
  }
}

const headBytes = 512;

function recognised(head: Buffer, capabilities: CapabilitySet): Readiness | undefined {
  return capabilities.all('readiness').find(({ recognises }) => recognises?.(head));
}

const ready: ReadinessAnswer = { state: 'ready' };

const pointer: ReadinessAnswer = {
  state: 'broken',
  reason: 'it is a pointer of Git LFS, and "git lfs pull" fetches the file',
};

function judge(
  { path, size, sizeOf }: JudgedFile,
  named: readonly Readiness[],
  capabilities: CapabilitySet,
): ReadinessAnswer {
  using file = openReader(path);
  const { read } = file;
  if (hasLfsPointerSize(size) && isLfsPointer(read(0, size))) return pointer;
  const formats = named.length ? named : [recognised(read(0, Math.min(size, headBytes)), capabilities)];
  for (const format of formats) {
    if (!format) continue;
    const answer = checkedAnswer(format.check({ path: fsPath(path) as string, size, read, sizeOf }), {
      plugin: capabilities.pluginOf('readiness', format.id),
      what: `readiness ${format.id}.check`,
    });
    if (answer.state !== 'ready') return answer;
  }
  return ready;
}

function openReader(path: BytePath): Disposable & { readonly read: (offset: number, length: number) => Buffer } {
  const fd = openSync(fsPath(path), readOnly);
  return {
    read: (offset, length) => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(
        0,
        readBytes(path, () => readSync(fd, bytes, 0, length, offset)),
      );
    },
    [Symbol.dispose]: () => closeSync(fd),
  };
}

/** A failure of the disk is not one of the plugin that reads. */
function readBytes(path: BytePath, read: () => number): number {
  try {
    return read();
  } catch (error) {
    throw systemError(error, 'file-unreadable', 'read', displayPath(path));
  }
}
