import { readFileSync } from 'node:fs';
import { getAssetKeys, getRawAsset, isSea } from 'node:sea';

/** Where the package is in an executable. */
const folder = 'node_modules/kitwright/';

/** A file that the package brings along, by its path in it with `/`. */
export function packagedFile(path: string): Uint8Array {
  if (isSea()) return new Uint8Array(getRawAsset(`${folder}${path}`));
  return readFileSync(new URL(path, import.meta.resolve('kitwright/package.json')));
}

/** The paths of the files below a folder of the package; only in an executable, where no other call lists them. */
export function packagedBelow(path: string): readonly string[] {
  const start = `${folder}${path}/`;
  return getAssetKeys().flatMap((key) => (key.startsWith(start) ? [key.slice(folder.length)] : []));
}
