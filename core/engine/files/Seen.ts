import { type BytePath, baseOf, fsPath, parentOf } from './bytePath.ts';
import { guessText } from './decodeText.ts';
import { type Fingerprint, readFingerprint, sameFingerprint } from './fingerprint.ts';
import { readUnlinked } from './readUnlinked.ts';
import { type ListDirectory, type Listed, typeOf } from './walk.ts';

/**
 * The files as the scan of a look saw them; paths are absolute. Files that came later are ignored: a marker written
 * after the scan would confirm files that the plan of this look may not have.
 */
export interface Seen {
  /** Names in a directory; undefined if it could not be listed. */
  readonly names: (directory: BytePath) => readonly BytePath[] | undefined;
  readonly fingerprint: (path: BytePath) => Fingerprint | undefined;
  /** Text of a file, if it did not change since the scan and is not too large. */
  readonly text: (path: BytePath) => string | undefined;
}

export function createSeen(list: ListDirectory): Seen {
  const listed = new Map<BytePath, readonly Listed[] | undefined>();
  const read = (directory: BytePath) => {
    try {
      return [...list(directory)];
    } catch {
      // It vanished, or cannot be read, so it cannot be a marker.
      return undefined;
    }
  };
  const entries = (directory: BytePath) => {
    if (!listed.has(directory)) listed.set(directory, read(directory));
    return listed.get(directory);
  };
  // Of most directories only the names are asked for.
  const looked = new Map<BytePath, ReadonlyMap<BytePath, Fingerprint>>();
  const inside = (directory: BytePath) => {
    const known = looked.get(directory);
    if (known) return known;
    const found = new Map(entries(directory)?.map(({ name, fingerprint }) => [name, fingerprint]));
    looked.set(directory, found);
    return found;
  };
  const fingerprint: Seen['fingerprint'] = (path) => inside(parentOf(path)).get(baseOf(path));
  return {
    names: (directory) => entries(directory)?.map(({ name }) => name),
    fingerprint,
    text: (path) => {
      const was = fingerprint(path);
      // A link may lead to any file of the machine.
      const text = was && typeOf(was.mode) === 'file' ? readText(path) : undefined;
      const is = readFingerprint(path);
      return was && is && sameFingerprint(was, is) ? text : undefined;
    },
  };
}

/** How many bytes of a marker are read: the Trainer's grows with each line of its log. */
const maxText = 32 * 1024 * 1024;

function readText(path: BytePath): string | undefined {
  try {
    const bytes = readUnlinked(fsPath(path), maxText);
    return bytes && guessText(bytes);
  } catch {
    // It may have vanished just now: deleting an old checkpoint must not end the watch.
    return undefined;
  }
}
