import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { CheckedConfig } from './schema.ts';

/**
 * The first directory or Kitfile of a config's kits that lies outside of the directory of the config, links followed;
 * undefined if none does.
 */
export function outsideOf({ kits = {} }: Pick<CheckedConfig, 'kits'>, file: string): string | undefined {
  const folder = dirname(file);
  const named = Object.values(kits).flatMap(({ directory, file: kitfile }) => {
    const at = resolve(folder, directory);
    return [at, ...(kitfile === undefined ? [] : [join(at, kitfile)])];
  });
  return named.find((path) => isOutside(realPath(folder), realPath(path)));
}

/** Of what is not there yet, the part that is. */
function realPath(path: string): string {
  if (existsSync(path) || dirname(path) === path) return existsSync(path) ? realpathSync(path) : path;
  return join(realPath(dirname(path)), relative(dirname(path), path));
}

function isOutside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '..' || way.startsWith('../') || way.startsWith('..\\') || resolve(way) === way;
}
