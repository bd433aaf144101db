import { readlinkSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { type BytePath, fromNative, fsPath, joinPath } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import { listDirectory, type WalkEntry, walk } from '../files/walk.ts';
import type { ImageEntry } from './imageTar.ts';

/**
 * What lies below a directory of this machine, at `prefix` of an image. Only whether a file may be run is kept of its
 * permissions: the umask of whoever builds must not change the image. Throws `file-unreadable`.
 */
export function directoryEntries(directory: string, prefix: BytePath): readonly ImageEntry[] {
  const root = fromNative(directory);
  const entries: ImageEntry[] = [];
  walk(
    root,
    (found) => {
      entries.push(entryOf(found, joinPath(root, found.path), joinPath(prefix, found.path)));
      return undefined;
    },
    listDirectory,
  );
  return entries;
}

function entryOf({ type, fingerprint }: WalkEntry, from: BytePath, path: BytePath): ImageEntry {
  const mode = fingerprint.mode & 0o111 ? 0o755 : 0o644;
  switch (type) {
    case 'file': {
      const { size } = fingerprint;
      return { type, path, mode, content: size ? [{ kind: 'file', path: from, offset: 0, size, fingerprint }] : [] };
    }
    case 'directory':
      return { type, path, mode: 0o755 };
    case 'link':
      return { type, path, target: readlinkSync(fsPath(from), { encoding: 'latin1' }) };
    default:
      throw new KitwrightError('file-unreadable', `${displayPath(from)} is neither a file, a directory nor a link.`);
  }
}
