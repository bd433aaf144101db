import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { KitwrightError, type Logger } from '@kitwright/core/plugin';

/** A file of the unpacked kit. */
export interface LocalFile {
  /** Relative, with slashes. */
  readonly path: string;
  /** Its absolute path on the disk. */
  readonly source: string;
  /** Bytes. */
  readonly size: number;
}

/** A file with its SHA-256, hexadecimal. */
export interface LargeFile extends LocalFile {
  readonly oid: string;
}

/** All files below a directory. Links are named in a warning: the hub has none. Throws `remote-refused`. */
export function localFiles(directory: string, { warn }: Logger): readonly LocalFile[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .flatMap((entry) => {
      const source = join(entry.parentPath, entry.name);
      const path = source.slice(directory.length + 1).replaceAll(sep, '/');
      if (path.includes('\ufffd'))
        throw new KitwrightError('remote-refused', `The hub cannot have a name that is no UTF-8: ${path}`);
      if (entry.isFile()) return [{ path, source, size: statSync(source).size }];
      warn(`${path} is left out: the hub has no links.`);
      return [];
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** SHA-256, or the id of the git blob: SHA-1 over a header and the bytes. Hexadecimal. */
export async function hashOf({ source, size }: LocalFile, algorithm: 'sha256' | 'git'): Promise<string> {
  const hash = algorithm === 'git' ? createHash('sha1').update(`blob ${size}\0`) : createHash('sha256');
  for await (const bytes of createReadStream(source)) hash.update(bytes as Buffer);
  return hash.digest('hex');
}
