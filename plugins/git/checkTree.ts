import { isUtf8 } from 'node:buffer';
import { displayPath, KitwrightError } from '@kitwright/core/plugin';
import { checkRepeats, type SizedFile, tooMany } from './checkRepeats.ts';
import { createShapeCheck, type ListedEntry } from './checkShape.ts';
import { type GitOptions, gitOutput } from './runGit.ts';
import { objectsOf, sentBelow, withinPatience } from './whileGrowing.ts';

/** In bytes: with the folder of the clone in front, the system opens no longer ones. */
export const maxPath = 3500;

/**
 * Looks at what a commit would put on the disk, before it is there: the number of files is bounded by the length of the
 * list, their size by that of the different ones and by what came, and each has a name that can be imported. Throws
 * `remote-refused`.
 */
export async function checkTree(commit: string, options: GitOptions, patience?: number): Promise<void> {
  // With the trees (-t), or those without files would never end.
  const args = ['ls-tree', '-r', '-t', '-l', '-z', commit];
  const list = await withinPatience(options, (watched) => gitOutput(args, watched, tooMany), patience);
  checkRepeats(nameable(entriesIn(list)), sentBelow(objectsOf(options)));
}

/** Each is a directory that git makes, and takes a block of the disk, for some bytes of a tree. */
const maxSubmodules = 10_000;

interface TreeEntry extends SizedFile, ListedEntry {
  readonly isModule: boolean;
}

function* nameable(entries: Iterable<TreeEntry>): Generator<SizedFile> {
  const checkShape = createShapeCheck();
  let submodules = 0;
  for (const entry of entries) {
    checkShape(entry);
    if (entry.isModule && ++submodules > maxSubmodules) throw tooMany();
    if (entry.path.byteLength > maxPath || !isUtf8(entry.path)) throw unnameable(entry.path);
    yield entry;
  }
}

/** `mode SP type SP id SP+ size TAB path NUL` (git-ls-tree, --long and -z); what is no file has no size. */
function* entriesIn(list: Buffer): Generator<TreeEntry> {
  for (let at = 0; at < list.byteLength; ) {
    const [tab, end] = [list.indexOf(0x09, at), list.indexOf(0, at)];
    const [, type, id = '', size = ''] = list.toString('latin1', at, tab).split(/ +/);
    yield {
      id,
      isTree: type === 'tree',
      isModule: type === 'commit',
      size: Number(size) || 0,
      path: list.subarray(tab + 1, end),
    };
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
