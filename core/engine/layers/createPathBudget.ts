import { refuseTar } from './refuseTar.ts';

/** Counts what the names of a layer cost, beside the entries themselves. */
export interface PathBudget {
  /** One more entry. Throws `kit-malformed` if the names are longer than fit to the number of entries. */
  readonly entry: (path: string) => void;
  /** A directory that is opened to write an entry. Throws `kit-malformed` if the order of the names asks for more than fit. */
  readonly opened: () => void;
  /** A directory that a name only leads through. Throws `kit-malformed` if there are more than fit. */
  readonly implied: () => void;
}

/** Parts of names that are free, and those for each entry: each is a directory to be opened. */
const [freeParts, partsPerEntry] = [5_000_000, 64];

/**
 * Directories that are opened: what packs has its entries in order, and opens each once. Names that alternate between two
 * trees two thousand deep open four thousand for each entry, which takes minutes for a layer of kilobytes.
 */
const usualOpens = { freeOpens: 20_000, opensPerEntry: 16 };

/** Directories that no entry names: what packs names each. */
const [freeDirectories, directoriesPerEntry] = [100_000, 2];

/**
 * A name of 4 KB may lead through two thousand directories: without limits a layer of kilobytes makes millions of them,
 * each of which takes a block of the disk.
 */
export function createPathBudget({ freeOpens, opensPerEntry } = usualOpens): PathBudget {
  let [entries, parts, opens, directories] = [0, 0, 0, 0];
  return {
    entry: (path) => {
      entries++;
      parts += partsOf(path);
      if (parts > freeParts + partsPerEntry * entries) throw refuseTar('its names are nested too deeply');
    },
    opened: () => {
      if (++opens > freeOpens + opensPerEntry * entries)
        throw refuseTar('its names lead back and forth between deep directories');
    },
    implied: () => {
      if (++directories > freeDirectories + directoriesPerEntry * entries)
        throw refuseTar('its names lead through too many directories that it does not hold');
    },
  };
}

function partsOf(path: string): number {
  let count = 1;
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) count++;
  return count;
}
