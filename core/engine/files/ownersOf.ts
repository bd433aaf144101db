import { statSync } from 'node:fs';
import { dirname, sep } from 'node:path';

/**
 * The users who can change a file: its own, and those of the folders of packages in which it lies, who could put another one
 * in its place. Plug'n'Play shows files inside of zip archives, and says of each that it is the user's own: the owner of
 * the archive counts too.
 */
export function ownersOf(file: string): readonly number[] {
  const parts = file.split(sep);
  const archives = parts.flatMap((part, i) => (part.endsWith('.zip') ? [parts.slice(0, i + 1).join(sep)] : []));
  return [...archives, ...packageFolders(dirname(file)), file].map((path) => statSync(path).uid);
}

/** From the first `node_modules` on: what is above is above the config too. */
function packageFolders(folder: string): readonly string[] {
  return folder.split(sep).includes('node_modules') ? [folder, ...packageFolders(dirname(folder))] : [];
}
