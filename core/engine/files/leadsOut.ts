import { realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/**
 * Is this a path below a directory that leads outside of it, over links? It may lead to any file of the machine, so
 * nothing of its text belongs into a kit, or into an error, which ends in logs that others read. Native paths.
 */
export function leadsOut(path: string, directory: string): boolean {
  try {
    return isBelow(resolve(path), resolve(directory)) && !isBelow(realpathSync(path), realpathSync(directory));
  } catch {
    // It leads nowhere.
    return false;
  }
}

function isBelow(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
