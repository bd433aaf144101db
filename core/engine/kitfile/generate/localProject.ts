import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { systemError } from '../../errors/systemError.ts';
import { type BytePath, bytePath, fsPath, joinPath, textOf } from '../../files/bytePath.ts';
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
  return {
    list: (path) => reading(path, 'list', list),
    read: (path) => reading(path, 'read', readStart),
  };
}

function list(directory: BytePath): Listing {
  const entries = readdirSync(fsPath(directory) as string, { withFileTypes: true, encoding: 'latin1' }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ name }): ListedFile => ({ name: textOf(name), size: sizeOf(joinPath(directory, name)) }));
  return { files, directories: entries.filter((entry) => entry.isDirectory()).map(({ name }) => textOf(name)) };
}

function sizeOf(path: BytePath): number {
  return statSync(fsPath(path)).size;
}

/** Bytes of a licence or a SKILL.md that are looked at. */
const maxText = 1024 * 1024;

function readStart(path: BytePath): Uint8Array {
  const fd = openSync(fsPath(path), 'r');
  try {
    const bytes = Buffer.alloc(maxText);
    return bytes.subarray(0, readSync(fd, bytes));
  } finally {
    closeSync(fd);
  }
}
