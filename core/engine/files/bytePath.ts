import { sep } from 'node:path';

/**
 * A path with `/` separators whose characters are bytes (0-255): names that are no UTF-8 survive, `<` compares bytes.
 */
export type BytePath = string & { readonly __bytePath?: never };

const ascii = /^[\x00-\x7f]*$/;

export const bytePath = (text: string): BytePath => (ascii.test(text) ? text : Buffer.from(text).toString('latin1'));

/** What Node's fs functions open. A Buffer only where the name is not plain ASCII. */
export const fsPath = (path: BytePath): string | Buffer => (ascii.test(path) ? path : Buffer.from(path, 'latin1'));

export const textOf = (path: BytePath): string => (ascii.test(path) ? path : Buffer.from(path, 'latin1').toString());

/** A native path of this system as a BytePath with `/` separators. */
export const fromNative = (path: string): BytePath => bytePath(sep === '/' ? path : path.replaceAll(sep, '/'));

export const joinPath = (directory: BytePath, name: BytePath): BytePath =>
  directory === '' || directory === '.' ? name : directory.endsWith('/') ? directory + name : `${directory}/${name}`;

export const parentOf = (path: BytePath): BytePath => {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
};

export const baseOf = (path: BytePath): BytePath => path.slice(path.lastIndexOf('/') + 1);

/** `a/b/c` -> `a`, `a/b`: the directories above a path, outermost first. */
export const parentsOf = (path: BytePath): readonly BytePath[] => {
  const parts = path.split('/');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'));
};
