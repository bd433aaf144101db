import { linkSync, readFileSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../errors/systemError.ts';
import { temporaryName, writeUnsynced } from '../files/atomicWrite.ts';
import { type BundledFile, bundledIn, encodeBundle } from './fileBundle.ts';

/** Writes small files of a folder many at once, and reads them: a file for each of ten thousand takes longer than all the rest. */
export interface BundleWriter {
  readonly write: (file: BundledFile) => void;
  /** The bytes under a key, whether it has a name in the folder yet or not; undefined if there are none. Throws what the system says. */
  readonly read: (key: string) => Buffer | undefined;
  readonly forget: (key: string) => void;
  /**
   * Gives all a name. Nothing waits for the disk: the paths of what is to be synced for that. A bundle is there under a
   * name of its own, whatever happens to the others; `release` takes it away.
   */
  readonly flush: () => Flushed;
}

export interface Flushed {
  readonly paths: readonly string[];
  readonly release: () => void;
}

/** Whoever wants one of them reads the whole bundle. */
const mostFiles = 64;
const mostBytes = 256 * 1024;

export function createBundleWriter(folder: string, tmp: string): BundleWriter {
  const waiting = new Map<string, Uint8Array>();
  let [singles, bundles]: [string[], string[]] = [[], []];
  let bytes = 0;
  const readFile = createReader();
  const writeOut = () => {
    const files = [...waiting].map(([key, of]) => ({ key, bytes: of }));
    const bundle = files.length > 1 ? writeBundle(folder, tmp, files) : undefined;
    if (bundle) bundles.push(bundle);
    else
      for (const { key, bytes: of } of files) {
        writeUnsynced(join(folder, key), of, tmp);
        singles.push(join(folder, key));
      }
    waiting.clear();
    bytes = 0;
  };
  return {
    write: (file) => {
      waiting.set(file.key, file.bytes);
      bytes += file.bytes.byteLength;
      if (waiting.size >= mostFiles || bytes >= mostBytes) writeOut();
    },
    read: (key) => {
      const bytes = waiting.get(key);
      if (bytes) return Buffer.from(bytes);
      const file = readFile(join(folder, key));
      return file && bundledIn(file, key);
    },
    forget: (key) => void waiting.delete(key),
    flush: () => {
      writeOut();
      const [paths, held] = [[...singles, ...bundles], bundles];
      [singles, bundles] = [[], []];
      return { paths, release: () => held.forEach((path) => void rmSync(path, { force: true })) };
    },
  };
}

/**
 * Reads a file; undefined if there is none. Who asks for one key after the other finds most of them in the file of the one
 * before, which is not read again.
 */
function createReader(): (path: string) => Buffer | undefined {
  let last: { readonly stats: Stats; readonly bytes: Buffer } | undefined;
  return (path) => {
    // A first build asks for each layer in vain: an error for each takes several times as long.
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) return undefined;
    if (last && isSame(last.stats, stats)) return last.bytes;
    const bytes = readFileSync(path);
    last = stats.size <= 2 * mostBytes ? { stats, bytes } : undefined;
    return bytes;
  };
}

/** A file is never written again: it gets and loses names. */
function isSame(a: Stats, b: Stats): boolean {
  return a.ino === b.ino && a.dev === b.dev && a.size === b.size && a.mtimeMs === b.mtimeMs;
}

/** One file with a name for each key, and one in `tmp`, which is returned. Undefined where a file has only one name. */
function writeBundle(folder: string, tmp: string, files: readonly BundledFile[]): string | undefined {
  const path = join(tmp, temporaryName('bundle'));
  try {
    writeFileSync(path, encodeBundle(files), { flag: 'wx', mode: 0o644 });
    for (const { key } of files) replaceName(path, join(folder, key));
    return path;
  } catch (error) {
    rmSync(path, { force: true });
    if (cannotLink.has(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}

const cannotLink = new Set(['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV', 'EINVAL']);

function replaceName(path: string, name: string): void {
  try {
    linkSync(path, name);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    rmSync(name, { force: true });
    linkSync(path, name);
  }
}
