import { posix } from 'node:path';

/** `./a//b/` -> `a/b`; empty -> `.`. By the letter, like Go's path.Clean. */
export function cleanPath(path: string): string {
  const clean = posix.normalize(path === '' ? '.' : path);
  return clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean;
}
