import { chmodSync } from 'node:fs';
import { systemError } from '../errors/systemError.ts';
import { type BytePath, fsPath } from '../files/bytePath.ts';
import { createPathOpener } from '../files/createPathOpener.ts';
import { displayPath } from '../files/displayPath.ts';
import { openDirectory } from '../files/openDirectory.ts';

/** A directory that an unpack made, and the mode that it shall have. */
export interface NewDirectory {
  /** The directory into which was unpacked: a native path. */
  readonly target: string;
  /** Below it. */
  readonly path: BytePath;
  readonly mode: number;
}

/**
 * Gives directories their modes, subject to the umask, when everything is in them: one without write permission could
 * neither be filled nor, by anybody but root, be moved. Throws `unpack-refused`.
 */
export function setDirectoryModes(directories: readonly NewDirectory[]): void {
  const mask = ~process.umask();
  for (const [target, made] of Map.groupBy(directories, (directory) => directory.target)) {
    using opened = openDirectory(target);
    using opener = createPathOpener(opened.path);
    const deepestFirst = made.toSorted((a, b) => (a.path < b.path ? 1 : -1));
    for (const { path, mode } of deepestFirst) {
      try {
        chmodSync(fsPath(opener.open(path)), mode & 0o777 & mask);
      } catch (error) {
        throw systemError(error, 'unpack-refused', 'write', displayPath(path));
      }
    }
  }
}
