import { relative, resolve } from 'node:path';
import { entriesBelow } from './entriesBelow.ts';

/** What an unpack put into a directory: whatever else is there may be of anybody. */
export interface Placed {
  /** For `UnpackOptions`. */
  readonly onPlace: (folder: string) => void;
  /** Is what has this path of the kit? */
  readonly has: (path: string) => boolean;
}

export function createPlaced(directory: string): Placed {
  const paths = new Set<string>();
  return {
    onPlace: (folder) => {
      for (const path of entriesBelow([folder])) paths.add(relative(folder, path));
    },
    has: (path) => paths.has(relative(resolve(directory), resolve(path))),
  };
}
