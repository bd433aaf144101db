import { closeSync, openSync, readSync } from 'node:fs';
import { type BytePath, fsPath } from '../files/bytePath.ts';
import { hasLfsPointerSize, isLfsPointer } from '../files/isLfsPointer.ts';
import type { CapabilityRegistry, Readiness, ReadinessAnswer } from '../host/capabilities.ts';

/** A file to check for completeness. */
export interface JudgedFile {
  /** Absolute. */
  readonly path: BytePath;
  /** Bytes. */
  readonly size: number;
  /** The formats that match its name. */
  readonly formats: readonly Readiness[];
  /** Size of a file beside it, or undefined. */
  readonly sizeOf: (name: string) => number | undefined;
}

/** The formats that match files of this name. */
export function formatsOf(name: string, capabilities: CapabilityRegistry): readonly Readiness[] {
  return capabilities.all('readiness').filter((format) => format.matches(name));
}

/** Must a file be opened to be checked? */
export function isJudged({ size, formats }: Pick<JudgedFile, 'size' | 'formats'>): boolean {
  return formats.length > 0 || hasLfsPointerSize(size);
}

/** Does a file look complete? A file of an unknown format does. */
export function judgeFile(file: JudgedFile): ReadinessAnswer {
  if (!isJudged(file)) return ready;
  try {
    return judge(file);
  } catch {
    // It is normal that a file vanishes or is truncated while it is checked.
    return { state: 'not-yet', reason: 'it cannot be read right now', retryAfter: 500 };
  }
}

const ready: ReadinessAnswer = { state: 'ready' };

const pointer: ReadinessAnswer = {
  state: 'broken',
  reason: 'it is a pointer of Git LFS, and "git lfs pull" fetches the file',
};

function judge({ path, size, formats, sizeOf }: JudgedFile): ReadinessAnswer {
  const native = fsPath(path) as string;
  const fd = openSync(native, 'r');
  try {
    const read = (offset: number, length: number): Buffer => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
    };
    if (hasLfsPointerSize(size) && isLfsPointer(read(0, size))) return pointer;
    for (const format of formats) {
      const answer = format.check({ path: native, size, read, sizeOf });
      if (answer.state !== 'ready') return answer;
    }
    return ready;
  } finally {
    closeSync(fd);
  }
}
