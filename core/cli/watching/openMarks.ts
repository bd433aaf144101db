import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import {
  type CheckpointProgress,
  fromNative,
  makeDirectories,
  parseTrainerJson,
  readPlainFile,
} from '@kitwright/core/internal';

/** The variable that tells programs where to put marks: see `python/README.md`. */
export const marksVariable = 'KITWRIGHT_WATCH';

/** What a program marked as complete: an absolute native path, and when (ms since 1970). */
interface NativeMark {
  readonly path: string;
  readonly at: number;
  readonly progress: CheckpointProgress | undefined;
}

/** The folder into which a training puts its marks. */
export interface Marks extends Disposable {
  /** For the environment of the training. */
  readonly folder: string;
  /** The newest mark of each path below a directory, as the watch wants them. */
  readonly below: (directory: string) => readonly (Omit<NativeMark, 'path'> & { readonly path: string })[];
}

/** A private folder below the root of the data: nobody else may say what is complete. */
export function openMarks(root: string): Marks {
  const folder = makeFolder(root);
  const known = new Map<string, NativeMark>();
  return {
    folder,
    below: (directory) => {
      for (const mark of takeMarks(folder)) known.set(mark.path, mark);
      const real = realPath(directory);
      return [...known.values()].flatMap(({ path, ...mark }) => {
        const below = relative(real, path);
        const isBelow = below !== '' && below !== '..' && !below.startsWith(`..${sep}`);
        return isBelow ? [{ ...mark, path: fromNative(below) }] : [];
      });
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function makeFolder(root: string): string {
  const parent = join(root, 'marks');
  makeDirectories(parent, 0o700);
  return mkdtempSync(join(parent, 'watch-'));
}

/** In bytes. */
const maxMark = 64 * 1024;

/** Reads the marks that came since the last time, and removes them. They have their names when they are whole. */
function takeMarks(folder: string): readonly NativeMark[] {
  const names = namesIn(folder).filter((name) => name.endsWith('.json'));
  const marks = names.flatMap((name) => {
    const path = join(folder, name);
    const mark = parseMark(path);
    rmSync(path, { force: true });
    return mark ? [mark] : [];
  });
  return marks.toSorted((a, b) => a.at - b.at);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // The training removed it: then nothing is marked.
    return [];
  }
}

/** `{"v": 1, "path": ..., "at": seconds, "step": ..., "metrics": {...}}`; undefined for anything else. */
function parseMark(file: string): NativeMark | undefined {
  try {
    const { v, path, at, step, metrics } = parseTrainerJson(readPlainFile(file, maxMark).toString('utf8')) as Fields;
    if (v !== 1 || typeof path !== 'string' || typeof at !== 'number' || !Number.isFinite(at)) return undefined;
    return { path: realPath(path), at: at * 1000, progress: progressOf(step, metrics) };
  } catch {
    return undefined;
  }
}

type Fields = Readonly<Record<'v' | 'path' | 'at' | 'step' | 'metrics', unknown>>;

function progressOf(step: unknown, metrics: unknown): CheckpointProgress | undefined {
  if (!Number.isSafeInteger(step)) return undefined;
  const entries = Object.entries(typeof metrics === 'object' && metrics !== null ? metrics : {});
  const numbers = entries.filter(([name, value]) => /^\w{1,64}$/.test(name) && typeof value === 'number');
  return { step: step as number, metrics: Object.fromEntries(numbers) as Record<string, number> };
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
