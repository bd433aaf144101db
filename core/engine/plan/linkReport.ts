import type { BytePath } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import { type Fingerprint, fileId } from '../files/fingerprint.ts';

/** What became of the links of a plan. */
export interface LinkReport {
  readonly note: (path: BytePath, outcome: LinkOutcome) => void;
  /** An entry was visited that links may bring in again and again. */
  readonly addCopy: () => void;
  /** May links bring in more of such directories? */
  readonly hasRoom: () => boolean;
  /** Has a link led to this directory before? */
  readonly isAgain: (directory: Fingerprint) => boolean;
  /** May a link bring in this file too? Then it counts. */
  readonly takesFile: (fingerprint: Fingerprint, counts?: 'always' | 'if-large') => boolean;
  /** One sentence or two that count and name; undefined if there were no links. */
  readonly text: () => string | undefined;
}

export type LinkOutcome = 'followed' | keyof typeof reasons;

/** Why a link is left out, of one and of several. */
const reasons = {
  nowhere: ['leads nowhere', 'lead nowhere'],
  outside: ['leads out of the packed directory', 'lead out of the packed directory'],
  above: ['leads to a directory above itself', 'lead to directories above themselves'],
  ignored: ['leads to what .kitignore leaves out', 'lead to what .kitignore leaves out'],
  special: ['leads to a special file', 'lead to special files'],
  unreadable: ['leads to what cannot be read', 'lead to what cannot be read'],
  'too-long': ['would make a path that is too long', 'would make paths that are too long'],
  'too-many': ['leads to one more copy of a directory', 'lead to more copies of directories'],
  'too-often': ['leads to one more copy of a file', 'lead to more copies of files'],
} as const;

/**
 * Entries that links below followed links, and links within a layer, may bring in: packages of a workspace that link to
 * each other have more ways through them than anything could pack.
 */
const maxCopies = 100_000;

/**
 * A link takes some bytes, and what it leads to any number, again and again. So many bytes are free, and so many times
 * those of the different files. Smaller files (bytes) are not counted where they come once with their directory, and of
 * others so many are known to be different.
 */
const [freeBytes, maxRatio, leastCounted, mostKnown] = [1024 ** 3, 10, 64 * 1024, 1_000_000];

/** Names that are given for each outcome. */
const shown = 3;

interface Group {
  readonly count: number;
  /** The first few. */
  readonly names: readonly string[];
}

export function createLinkReport(): LinkReport {
  const found = new Map<LinkOutcome, Group>();
  let copies = 0;
  const [seen, directories] = [new Set<string>(), new Set<string>()];
  let [linked, different] = [0, 0];
  return {
    note: (path, outcome) => {
      const { count = 0, names = [] } = found.get(outcome) ?? {};
      found.set(outcome, { count: count + 1, names: count < shown ? [...names, displayPath(path)] : names });
    },
    addCopy: () => {
      copies++;
    },
    hasRoom: () => copies < maxCopies,
    isAgain: ({ dev, ino }) => {
      const before = directories.size;
      return directories.add(fileId({ dev, ino })).size === before;
    },
    takesFile: ({ dev, ino, size }, counts = 'always') => {
      if (size < leastCounted && counts === 'if-large') return true;
      const id = fileId({ dev, ino });
      const isNew = !seen.has(id) && (size >= leastCounted || seen.size < mostKnown);
      if (isNew) different += size;
      if (isNew) seen.add(id);
      if (linked + size > freeBytes + maxRatio * different) return false;
      linked += size;
      return true;
    },
    text: () => {
      const { followed, ...leftOut } = Object.fromEntries(found) as Partial<Record<LinkOutcome, Group>>;
      const sentences = [...(followed ? [followedText(followed)] : []), ...leftOutText(leftOut)];
      return sentences.length ? sentences.join(' ') : undefined;
    },
  };
}

function followedText(group: Group): string {
  const text =
    group.count === 1
      ? '1 link was followed, what it leads to is packed under its name'
      : `${group.count} links were followed, what they lead to is packed under their names`;
  return `${text}: ${namesOf(group)}.`;
}

function leftOutText(groups: Partial<Record<LinkOutcome, Group>>): readonly string[] {
  const parts = Object.entries(reasons).flatMap(([outcome, [one, several]]) => {
    const group = groups[outcome as LinkOutcome];
    return group ? [`${namesOf(group)} ${group.count === 1 ? one : several}`] : [];
  });
  const count = Object.values(groups).reduce((sum, group) => sum + group.count, 0);
  return parts.length ? [`${count === 1 ? '1 link was' : `${count} links were`} left out: ${parts.join('; ')}.`] : [];
}

function namesOf({ count, names }: Group): string {
  return names.join(', ') + (count > names.length ? ` and ${count - names.length} more` : '');
}
