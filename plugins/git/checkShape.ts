import { displayPath, KitwrightError } from '@kitwright/core/plugin';
import { tooMany } from './checkRepeats.ts';

/** One entry of a list of all trees below a commit, a tree before what is in it. */
export interface ListedEntry {
  readonly path: Buffer;
  readonly id: string;
  readonly isTree: boolean;
}

/**
 * A tree may hold another one many times, and that one another one: a hundred kilobytes name half a million files. So many
 * entries are free, and so many times those of the different trees.
 */
const [freeEntries, maxRatio] = [20_000, 10];

/** Directories that all paths may lead through, and so many for each entry that was sent: each takes time again and again. */
const [freeParts, partsOfEntry] = [500_000, 64];

interface OpenTree {
  readonly path: Buffer;
  /** The names in it so far; undefined if an equal tree was looked at before. */
  readonly names: Set<string> | undefined;
}

/**
 * Looks at the entries one after the other. What git never makes is refused: a name twice in a tree, or one with a slash. git
 * puts one of the two on the disk, which may be a link, and git-lfs writes through that what it finds below the other
 * (CVE-2025-26625). Throws `remote-refused`.
 */
export function createShapeCheck(platform = process.platform): (entry: ListedEntry) => void {
  const known = new Set<string>();
  const open: OpenTree[] = [{ path: Buffer.alloc(0), names: new Set() }];
  let [entries, sent, parts] = [0, 0, 0];
  return ({ path, id, isTree }) => {
    while (!isBelow(path, (open.at(-1) as OpenTree).path)) open.pop();
    const { path: above, names } = open.at(-1) as OpenTree;
    const name = path.toString('utf8', above.length ? above.length + 1 : 0);
    const key = platform === 'linux' ? name : name.normalize('NFC').toLowerCase();
    if (name.includes('/') || names?.has(key)) throw twofold(path);
    names?.add(key);
    [entries, sent, parts] = [entries + 1, sent + (names ? 1 : 0), parts + open.length];
    if (entries > freeEntries + maxRatio * sent || parts > freeParts + partsOfEntry * sent) throw tooMany();
    if (isTree) open.push({ path, names: known.has(id) ? undefined : new Set() });
    if (isTree) known.add(id);
  };
}

/** By bytes; the top holds everything. */
function isBelow(path: Buffer, directory: Buffer): boolean {
  const { length } = directory;
  return length === 0 || (path[length] === slash && path.compare(directory, 0, length, 0, length) === 0);
}

const slash = 0x2f;

function twofold(path: Buffer): KitwrightError {
  const shown = displayPath(path.toString('latin1', 0, 200));
  return new KitwrightError(
    'remote-refused',
    `The repository has two entries at one path, of which only one can be imported: ${shown}`,
  );
}
