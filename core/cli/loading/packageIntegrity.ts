import { createHash, type Hash } from 'node:crypto';
import { type Dirent, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { readPlainFile } from '@kitwright/core/internal';
import type { FoundPlugin } from './PluginPlace.ts';
import { placeError } from './placeError.ts';

/** More than this in one package is no plugin. */
const limits = { files: 20_000, bytes: 512 * 1024 * 1024 };

/**
 * The SHA-512 of all files of a plugin's package, as `sha512-BASE64` (W3C Subresource Integrity): for each file, sorted by
 * the bytes of its path, `PATH NUL SIZE NUL` and its bytes. Without `node_modules` at its top, which the lock file of the package
 * manager covers, and without modes and times, so that every package manager gives the same. Of a file of the project
 * itself it is the hash of that file alone. Throws `plugin-invalid`, `file-unreadable`.
 */
export function packageIntegrity(found: FoundPlugin): string {
  const hash = createHash('sha512');
  if (!found.pack) return sri(hash.update(readPlainFile(found.file, limits.bytes)));
  const { folder } = found.pack;
  let left = limits.bytes;
  for (const path of filesIn(found, folder)) {
    const bytes = readPlainFile(join(folder, path), limits.bytes);
    left -= bytes.byteLength;
    if (left < 0) throw unlockable(found, `has more than ${limits.bytes} bytes`);
    hash.update(`${path}\0${bytes.byteLength}\0`).update(bytes);
  }
  return sri(hash);
}

function sri(hash: Hash): string {
  return `sha512-${hash.digest('base64')}`;
}

/** Paths with slashes, sorted. */
function filesIn(found: FoundPlugin, folder: string): readonly string[] {
  const files: string[] = [];
  const folders = [''];
  for (let at = folders.pop(); at !== undefined; at = folders.pop())
    for (const entry of entriesOf(folder, at)) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) files.push(path);
      else throw unlockable(found, `holds ${JSON.stringify(path)}, which is no plain file`);
      if (files.length + folders.length > limits.files)
        throw unlockable(found, `has more than ${limits.files} files and folders`);
    }
  return files.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/**
 * What is installed, and the history of a plugin that is developed beside the project, belong to no package: both are at
 * its top. A package that is installed has no history, and one that has may run what lies there.
 */
function entriesOf(folder: string, at: string): readonly Dirent[] {
  const isInstalled = folder.split(sep).includes('node_modules');
  return readdirSync(join(folder, at), { withFileTypes: true }).filter(
    ({ name }) => at !== '' || (name !== 'node_modules' && (name !== '.git' || isInstalled)),
  );
}

function unlockable(found: FoundPlugin, problem: string) {
  return placeError(found, {
    code: 'plugin-invalid',
    problem: `${problem}, so it cannot be locked`,
    hint: 'A package that was published has neither links nor so many files; name it instead.',
  });
}
