import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/** Files by path, with slashes. */
export type Files = Readonly<Record<string, Uint8Array | string>>;

/** Writes files below a folder. */
export function putFiles(folder: string, files: Files): void {
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(folder, ...name.split('/'));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
}

/** The regular files below a folder, with their bytes; none if there is no folder. */
export function filesBelow(folder: string): Readonly<Record<string, Buffer>> {
  const found: Record<string, Buffer> = {};
  for (const path of pathsBelow(folder))
    if (lstatSync(join(folder, path)).isFile()) found[path] = readFileSync(join(folder, path));
  return found;
}

/** Everything below a folder, relative, with slashes, sorted. No link is followed. */
export function pathsBelow(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries
      .map(({ parentPath, name }) =>
        join(parentPath, name)
          .slice(folder.length + 1)
          .split(sep)
          .join('/'),
      )
      .sort();
  } catch {
    return [];
  }
}

/** Texts of files, to be compared and shown. */
export function textsOf(files: Files): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(files).map(([path, bytes]) => [path, Buffer.from(bytes).toString('latin1')]),
  );
}
