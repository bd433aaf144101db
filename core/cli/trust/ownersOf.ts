import { sep } from 'node:path';
import { ownerOf } from './requireOwner.ts';

/**
 * The users who can change a file. Plug'n'Play shows files inside of zip archives, and says of each that it is the user's
 * own: the owner of the archive counts too.
 */
export function ownersOf(file: string): readonly number[] {
  const parts = file.split(sep);
  const archives = parts.flatMap((part, i) => (part.endsWith('.zip') ? [parts.slice(0, i + 1).join(sep)] : []));
  return [...archives, file].map(ownerOf);
}
