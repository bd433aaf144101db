import { existsSync, lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errnoOf } from '../errors/systemError.ts';
import { readPlainFile } from './readPlainFile.ts';

/** How Node came from one module to another. */
export interface Route {
  /** As an import names it. */
  readonly specifier: string;
  /** The file that imports. */
  readonly from: string;
  /** The file that Node found: its real path. */
  readonly found: string;
}

/**
 * What led Node to a module and belongs to somebody who is not trusted: a folder of packages, a `package.json` above, or a link.
 * The owner of what was found says nothing then: a link may lead to a file of ours, or of root, whose text a stranger chose.
 */
export function foreignRoute(route: Route, isTrusted: (uid: number) => boolean): string | undefined {
  const { specifier, from } = route;
  const isForeign = (path: string) => ownersAt(path).some((uid) => !isTrusted(uid));
  if (/^(?:\.{0,2}[/\\]|\.{1,2}$|file:)/.test(specifier)) return stepsTo(pathOf(specifier, from), from).find(isForeign);
  if (/^[\w+.-]+:/.test(specifier)) return undefined;
  const manifest = manifestAbove(from);
  const name = packageName(specifier);
  if (manifest !== undefined && (specifier.startsWith('#') || namesItself(manifest, name)))
    return isForeign(manifest) ? manifest : undefined;
  return foreignPackage(name, route, isForeign);
}

/**
 * A `package.json` above a module, which Node reads before it runs that, if it belongs to somebody who is not trusted, or is no
 * plain file: a pipe would hold Node for ever, and a device fill the memory.
 */
export function foreignManifest(from: string, isTrusted: (uid: number) => boolean): string | undefined {
  const manifest = manifestAbove(from);
  if (manifest === undefined) return undefined;
  const isPlain = statSync(manifest, { throwIfNoEntry: false })?.isFile() === true;
  return isPlain && ownersAt(manifest).every(isTrusted) ? undefined : manifest;
}

/**
 * The same before Node looks for it, which reads the first `package.json` of this name that it meets, a pipe too: what belongs to
 * somebody else of the nearest package that has this name.
 */
export function foreignPackageFirst(
  { specifier, from }: Omit<Route, 'found'>,
  isTrusted: (uid: number) => boolean,
): string | undefined {
  if (/^(?:[./\\#]|[\w+.-]+:)/.test(specifier)) return undefined;
  const pathIn = (folder: string) => join(folder, 'node_modules', packageName(specifier));
  const nearest = foldersAbove(from).find((folder) => statsOf(pathIn(folder), lstatSync));
  if (nearest === undefined) return undefined;
  return stepsBelow(nearest, pathIn(nearest)).find((path) => ownersAt(path).some((uid) => !isTrusted(uid)));
}

/** Of folders from the nearest one on, until one that is nobody else's has what was found. */
function foreignPackage(name: string, { from, found }: Route, isForeign: (path: string) => boolean) {
  for (const folder of foldersAbove(from)) {
    const pack = join(folder, 'node_modules', name);
    if (!statsOf(pack, lstatSync)) continue;
    const foreign = stepsBelow(folder, pack).find(isForeign);
    if (foreign !== undefined) return foreign;
    if (existsSync(pack) && isBelow(realpathSync(pack), found)) return undefined;
  }
  return undefined;
}

function packageName(specifier: string): string {
  return /^(?:@[^/]*\/)?[^/]*/.exec(specifier)?.[0] ?? '';
}

/** With the ends that `require` adds to a name. */
function stepsTo(path: string, from: string): readonly string[] {
  const common = foldersAbove(from).find((folder) => isBelow(folder, path)) ?? dirname(path);
  const ends = ['.js', '.json', '.node'].map((end) => path + end);
  return [...stepsBelow(common, path), ...ends];
}

function stepsBelow(folder: string, path: string): readonly string[] {
  const names = relative(folder, path).split(sep);
  return names.map((_, i) => join(folder, ...names.slice(0, i + 1)));
}

function isBelow(folder: string, path: string): boolean {
  return relative(folder, path).split(sep)[0] !== '..';
}

function pathOf(specifier: string, from: string): string {
  if (specifier.startsWith('file:')) return fileURLToPath(specifier);
  return resolve(dirname(from), decoded(/^[^?#]*/.exec(specifier)?.[0] ?? ''));
}

/** `import` takes URLs. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The nearest `package.json`, whose `imports`, and `exports` under its own name, Node asks before it looks for packages. */
function manifestAbove(from: string): string | undefined {
  for (const folder of foldersAbove(from)) {
    if (basename(folder) === 'node_modules') return undefined;
    const path = join(folder, 'package.json');
    if (existsSync(path)) return path;
  }
  return undefined;
}

function namesItself(manifest: string, name: string): boolean {
  try {
    const value = JSON.parse(readPlainFile(manifest, maxManifest).toString()) as { readonly name?: unknown } | null;
    return value?.name === name;
  } catch {
    return false;
  }
}

const maxManifest = 1024 * 1024;

function foldersAbove(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === path ? [] : [folder, ...foldersAbove(folder)];
}

/** Of a link, and of what it leads to. */
function ownersAt(path: string): readonly number[] {
  return [lstatSync, statSync].flatMap((read) => statsOf(path, read)?.uid ?? []);
}

/** Modules that an executable holds lie below its device: below what is no directory there is nothing. */
function statsOf(path: string, read: typeof lstatSync): Stats | undefined {
  try {
    return read(path, { throwIfNoEntry: false });
  } catch (error) {
    if (errnoOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
