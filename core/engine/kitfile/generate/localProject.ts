import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { systemError } from '../../errors/systemError.ts';
import { type BytePath, bytePath, fsPath, joinPath, parentOf, textOf } from '../../files/bytePath.ts';
import { realPath } from '../../files/followPath.ts';
import { hubBlobs } from '../../files/hubBlobs.ts';
import { readOnly } from '../../files/readPlainFile.ts';
import type { ListedFile, Listing, ProjectFiles } from './ProjectFiles.ts';

/** The files of a local directory. Throws `file-unreadable`. */
export function localProject(directory: string): ProjectFiles {
  const at = (path: string) => joinPath(bytePath(directory), bytePath(path));
  const reading = <T>(path: string, verb: string, read: (full: BytePath) => T): T => {
    const full = path ? at(path) : bytePath(directory);
    try {
      return read(full);
    } catch (error) {
      throw systemError(error, 'file-unreadable', verb, path || directory);
    }
  };
  const blobs = hubBlobs(realPath(bytePath(directory)) ?? '')?.path;
  return {
    list: (path) => reading(path, 'list', (full) => list(full, blobs)),
    read: (path) => reading(path, 'read', readStart),
  };
}

/** In a snapshot of the Hugging Face cache, files are links into the folder `blobs`. */
function list(directory: BytePath, blobs: BytePath | undefined): Listing {
  const entries = readdirSync(fsPath(directory) as string, { withFileTypes: true, encoding: 'latin1' }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  const files = entries
    .filter((entry) => entry.isFile() || (entry.isSymbolicLink() && isBlob(joinPath(directory, entry.name), blobs)))
    .map(({ name }): ListedFile => ({ name: textOf(name), size: sizeOf(joinPath(directory, name)) }));
  return { files, directories: entries.filter((entry) => entry.isDirectory()).map(({ name }) => textOf(name)) };
}

function isBlob(path: BytePath, blobs: BytePath | undefined): boolean {
  const target = blobs === undefined ? undefined : realPath(path);
  return target !== undefined && parentOf(target) === blobs && statSync(fsPath(target)).isFile();
}

function sizeOf(path: BytePath): number {
  return statSync(fsPath(path)).size;
}

/** How many bytes of a licence or a SKILL.md are read. */
const maxText = 1024 * 1024;

function readStart(path: BytePath): Uint8Array {
  const fd = openSync(fsPath(path), readOnly);
  try {
    const bytes = Buffer.alloc(maxText);
    return bytes.subarray(0, readSync(fd, bytes));
  } finally {
    closeSync(fd);
  }
}
