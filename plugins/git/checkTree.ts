import { isUtf8 } from 'node:buffer';
import { displayPath, KitwrightError } from '@kitwright/core/plugin';
import { type GitOptions, gitOutput } from './runGit.ts';

/** In bytes: with the folder of the clone in front, the system opens no longer ones. */
export const maxPath = 3500;

/**
 * A tree may hold another one many times, and that one another one: some hundred bytes name any number of files. So many
 * bytes are free, and so many times those of the different files.
 */
const [freeBytes, maxRatio] = [1024 ** 3, 10];

/**
 * Looks at what a commit would put on the disk, before it is there: the number of files is bounded by the length of the
 * list, their size by that of the different ones, and each has a name that can be imported. Throws `remote-refused`.
 */
export async function checkTree(commit: string, options: GitOptions): Promise<void> {
  // With the trees (-t), or those without files would never end.
  const list = await gitOutput(['ls-tree', '-r', '-t', '-l', '-z', commit], options, tooMany);
  const sizes = new Map<string, number>();
  let total = 0;
  for (const { id, size, path } of entriesIn(list)) {
    if (path.byteLength > maxPath || !isUtf8(path)) throw unnameable(path);
    sizes.set(id, size);
    total += size;
  }
  const different = sizes.values().reduce((sum, size) => sum + size, 0);
  if (total > freeBytes + maxRatio * different) throw tooMany();
}

interface TreeEntry {
  readonly id: string;
  /** Bytes; 0 for what is no file. */
  readonly size: number;
  readonly path: Buffer;
}

/** `mode SP type SP id SP+ size TAB path NUL` (git-ls-tree, --long and -z). */
function* entriesIn(list: Buffer): Generator<TreeEntry> {
  for (let at = 0; at < list.byteLength; ) {
    const [tab, end] = [list.indexOf(0x09, at), list.indexOf(0, at)];
    const [, , id = '', size = ''] = list.toString('latin1', at, tab).split(/ +/);
    yield { id, size: Number(size) || 0, path: list.subarray(tab + 1, end) };
    at = end + 1;
  }
}

function unnameable(path: Buffer): KitwrightError {
  const shown = displayPath(path.toString('latin1', 0, 200));
  return new KitwrightError(
    'remote-refused',
    `The repository has a path that cannot be imported, for its length or because it is no UTF-8: ${shown}`,
  );
}

function tooMany(): KitwrightError {
  return new KitwrightError('remote-refused', 'The repository has too many files, or the same ones too often.');
}
