import { isUtf8 } from 'node:buffer';
import { sep } from 'node:path';

/**
 * A path with `/` separators whose characters are bytes (0-255): names that are no UTF-8 survive, `<` compares bytes.
 */
export type BytePath = string & { readonly __bytePath?: never };

const ascii = /^[\x00-\x7f]*$/;

/** The bytes of a text (UTF-8) as a path. */
export function bytePath(text: string): BytePath {
  return ascii.test(text) ? text : Buffer.from(text).toString('latin1');
}

/** What Node's fs functions open. A Buffer only where the name is no UTF-8: Yarn's Plug'n'Play takes texts only. */
export function fsPath(path: BytePath): string | Buffer {
  if (ascii.test(path)) return path;
  const bytes = Buffer.from(path, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : bytes;
}

/** The text of a path (UTF-8); bytes that are no UTF-8 become U+FFFD, so it is for reading only. */
export function textOf(path: BytePath): string {
  return ascii.test(path) ? path : Buffer.from(path, 'latin1').toString();
}

/** A native path of this system as a BytePath with `/` separators. */
export function fromNative(path: string): BytePath {
  return bytePath(sep === '/' ? path : path.replaceAll(sep, '/'));
}

/** A path below a directory; `.` and the empty path are the other one. */
export function joinPath(directory: BytePath, name: BytePath): BytePath {
  return directory === '' || directory === '.'
    ? name
    : directory.endsWith('/')
      ? directory + name
      : `${directory}/${name}`;
}

export function parentOf(path: BytePath): BytePath {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** `a//` -> `a`. By hand: an expression tries each slash of a long row as its beginning. */
export function withoutLastSlashes(path: BytePath): BytePath {
  let end = path.length;
  while (path[end - 1] === '/') end--;
  return path.slice(0, end);
}

export function baseOf(path: BytePath): BytePath {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `a/b/c` -> `a`, `a/b`: the directories above a path, outermost first. */
export function parentsOf(path: BytePath): readonly BytePath[] {
  const found: BytePath[] = [];
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) found.push(path.slice(0, at));
  return found;
}
