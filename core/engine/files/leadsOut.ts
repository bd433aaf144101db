import { lstatSync, realpathSync } from 'node:fs';
import { fromNative } from './bytePath.ts';
import { isWithin } from './isWithin.ts';

/**
 * Is this a link to something outside of a directory? It may lead to any file of the machine, so nothing of its text
 * belongs into an error, which ends in logs that others read. Native paths.
 */
export function leadsOut(path: string, directory: string): boolean {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return false;
  return !isWithin(fromNative(realpathSync(path)), fromNative(realpathSync(directory)));
}
