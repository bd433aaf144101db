import { lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KitwrightError } from '@kitwright/core/plugin';

/**
 * A directory of this machine may have come from anywhere, and say that its repository is another one of the user: by a
 * `.git` that is a file or a link, by a common folder, or by links in the place of its refs. Only a worktree, which the
 * other one knows, and a submodule are elsewhere. Throws `remote-refused`.
 */
export function refuseElsewhere(location: string): void {
  if (!location.startsWith('file:')) return;
  const path = pathIn(location);
  const named = realPath(path);
  // As `git upload-pack` looks for it.
  const places = named ? [join(named, '.git'), named] : [join(`${path}.git`, '.git'), `${path}.git`];
  const place = places.find((path) => lstatSync(path, { throwIfNoEntry: false }));
  if (place === undefined) return;
  const git = lstatSync(place).isFile()
    ? realPath(resolve(dirname(place), textOf(place).replace(/^gitdir: /, '')))
    : place;
  if (git !== undefined && git !== place && !isOfTree(git, dirname(place))) throw elsewhere(place);
  const folders = git === undefined ? [place] : [git, commonOf(git)];
  for (const folder of folders) refuseLinks(folder);
}

/** As git reads it: a host says nothing, and neither a question mark nor a hash ends it. */
function pathIn(location: string): string {
  if (process.platform === 'win32') return fileURLToPath(location);
  const path = location.replace(/^file:\/\/[^/]*/, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Does a folder apart name its tree: a worktree (`gitdir`), a submodule (`core.worktree`; gitrepository-layout(5))? */
function isOfTree(git: string, tree: string): boolean {
  const [, module] = /^\tworktree = (.+)$/m.exec(textOf(join(git, 'config'))) ?? [];
  const back = textOf(join(git, 'gitdir')) || module || '';
  return realPath(resolve(git, basename(back) === '.git' ? dirname(back) : back)) === tree;
}

/** That of a worktree is around it; nothing else has one. */
function commonOf(git: string): string {
  const named = textOf(join(git, 'commondir'));
  if (named === '') return git;
  const common = realPath(resolve(git, named));
  if (common === undefined || common !== realPath(join(git, '..', '..'))) throw elsewhere(git);
  return common;
}

/** An object elsewhere comes in by its hash alone, which nobody knows; what names one must be here. */
function refuseLinks(git: string): void {
  const names = ['.', 'HEAD', 'packed-refs', 'refs', 'reftable', 'config', 'commondir'];
  const below = (folder: string) =>
    readdirSync(folder, { withFileTypes: true, recursive: true }).map((entry) => join(entry.parentPath, entry.name));
  const paths = names.map((name) => join(git, name)).filter((path) => lstatSync(path, { throwIfNoEntry: false }));
  const folders = paths.slice(1).filter((path) => lstatSync(path).isDirectory());
  for (const path of [...paths, ...folders.flatMap(below)]) if (lstatSync(path).isSymbolicLink()) throw elsewhere(path);
}

/** Empty for what is no file, or too large. */
function textOf(path: string): string {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isFile() && stats.size <= 1024 * 1024 ? readFileSync(path, 'utf8').trimEnd() : '';
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function elsewhere(path: string): KitwrightError {
  return new KitwrightError('remote-refused', `${path} leads to another repository of this machine.`, {
    hint: 'If that is right, import that one, by its own path.',
  });
}
