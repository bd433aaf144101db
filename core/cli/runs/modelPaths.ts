import { join } from 'node:path';
import { bytePath, checkEntryName, cleanPath, type Kitfile } from '@kitwright/core/internal';

/**
 * Where the model of a kit and its parts are in the directory into which it was unpacked. Paths that lead elsewhere are
 * none: no training resumes from there.
 */
export function modelPaths({ model }: Kitfile, directory: string): readonly string[] {
  const paths = [model, ...(model?.parts ?? [])].flatMap((element) =>
    element?.path === undefined ? [] : [cleanPath(element.path)],
  );
  return paths.filter(isInside).map((path) => join(directory, path));
}

/** By the rules for names in a tar. */
function isInside(path: string): boolean {
  try {
    if (path !== '.') checkEntryName(bytePath(path));
    return true;
  } catch {
    return false;
  }
}
