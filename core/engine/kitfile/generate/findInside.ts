import { isEnvironment, isLeftOut } from '../leftOut.ts';
import { joined, type Listing, type ProjectFiles } from './ProjectFiles.ts';

/** How many directories are searched. */
const maxDirectories = 2000;

/**
 * Paths that would be left out by their name but are inside directories that are packed whole. Only the first few
 * thousand directories are searched.
 */
export function findInside(project: ProjectFiles, wholes: readonly string[]): readonly string[] {
  const found: string[] = [];
  const waiting = wholes.map((path) => path.replace(/\/$|^\.$/, ''));
  for (let i = 0; i < waiting.length && i < maxDirectories; i++) {
    const directory = waiting[i] as string;
    const listing = listingOf(project, directory);
    if (isEnvironment(listing)) {
      found.push(`${directory}/`);
      continue;
    }
    const { files, directories } = listing;
    for (const { name } of files) if (isLeftOut(name, 'file')) found.push(joined(directory, name));
    for (const name of directories)
      if (isLeftOut(name, 'directory')) found.push(`${joined(directory, name)}/`);
      else waiting.push(joined(directory, name));
  }
  return found;
}

/** A directory that cannot be read does not stop `init`. */
function listingOf(project: ProjectFiles, directory: string): Listing {
  try {
    return project.list(directory);
  } catch {
    return { files: [], directories: [] };
  }
}
