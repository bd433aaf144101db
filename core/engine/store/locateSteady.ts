import { lstatSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { type BytePath, fromNative, fsPath, parentOf } from '../files/bytePath.ts';
import { isOursAlone } from '../files/isOursAlone.ts';
import type { Recipe } from '../layers/recipe.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { isLocalStore } from './localStore.ts';
import { canLocate, type ReadTarget } from './roles.ts';

/**
 * Where the bytes of a blob lie, if nobody else can change them: they are read once to be verified, and once more to be used.
 * Undefined for what another user owns or may write to, a shared layout say: that is copied while it is verified.
 */
export function locateSteady(source: ReadTarget, descriptor: Descriptor): Recipe | undefined {
  const recipe = canLocate(source) ? source.locate(descriptor) : undefined;
  if (process.geteuid === undefined || recipe === undefined) return recipe;
  // Whose our store is was looked at when it was opened.
  const own = isLocalStore(source) ? `${fromNative(resolve(source.name))}/` : undefined;
  const folders = new Map<BytePath, boolean>();
  const isGuarded = (folder: BytePath): boolean => {
    const known = folders.get(folder) ?? isOursAlone(folder);
    folders.set(folder, known);
    return known;
  };
  const isSteady = (path: BytePath) => isOwnFile(path) && isGuarded(parentOf(path));
  const paths = new Set(recipe.flatMap((piece) => (piece.kind === 'file' ? [absolute(piece.path)] : [])));
  return [...paths].every((path) => (own !== undefined && path.startsWith(own)) || isSteady(path)) ? recipe : undefined;
}

function absolute(path: BytePath): BytePath {
  return isAbsolute(path) ? path : `${fromNative(process.cwd())}/${path}`;
}

function isOwnFile(path: BytePath): boolean {
  const stats = lstatSync(fsPath(path), { throwIfNoEntry: false });
  // Not even to a group of our own: an access list looks like one.
  if (!stats?.isFile() || (stats.mode & 0o022) !== 0) return false;
  return stats.uid === process.geteuid?.() || stats.uid === 0;
}
