import { lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { readBelow } from '@kitwright/core/internal';
import { isOwn } from '../trust/isOwn.ts';

/**
 * The commit that is checked out in the repository around a directory; undefined if there is none. Reads files only
 * (gitrepository-layout(5)): nothing of the repository can run.
 */
export function readCommit(directory: string): string | undefined {
  const git = gitFolder(resolve(directory));
  const head = git && readSmall(git, 'HEAD');
  if (!git || head === undefined) return undefined;
  const [, ref] = /^ref: (refs\/[^\s\0]{1,250})$/.exec(head) ?? [];
  return hashIn(ref === undefined ? head : refAt(git, ref));
}

/** The folders of the repository around a directory. */
export interface GitFolders {
  /** The top of the working tree. */
  readonly top: string;
  /** Of this working tree: `HEAD` and the index. */
  readonly git: string;
  /** Shared by all working trees: objects and refs. */
  readonly common: string;
}

/** Undefined outside of a repository. */
export function gitFolders(directory: string): GitFolders | undefined {
  const start = resolve(directory);
  const git = gitFolder(start);
  if (git === undefined) return undefined;
  return { top: topOf(start), git, common: commonOf(git) };
}

/** A folder of a working tree lies in the folder that it shares; another one that it names is none of ours. */
function commonOf(git: string): string {
  const common = resolve(git, readSmall(git, 'commondir') ?? '.');
  return common === dirname(dirname(git)) ? common : git;
}

function topOf(directory: string): string {
  const isTop = lstatSync(join(directory, '.git'), { throwIfNoEntry: false }) !== undefined;
  return isTop || dirname(directory) === directory ? directory : topOf(dirname(directory));
}

/** `.git` here or in a parent: a folder, or a file that names one (worktrees, submodules). */
function gitFolder(directory: string, owner = ownerOf(directory)): string | undefined {
  const path = join(directory, '.git');
  const stats = lstatSync(path, { throwIfNoEntry: false });
  // In a directory to which others write, such as /tmp, somebody else's repository would say what ours is made of.
  if (stats && !isOwn(stats.uid) && stats.uid !== owner) return undefined;
  if (stats?.isDirectory()) return path;
  if (stats?.isFile()) {
    const [, named] = /^gitdir: (.{1,4096})$/.exec(readSmall(dirname(path), basename(path)) ?? '') ?? [];
    const git = named === undefined ? undefined : realPath(resolve(directory, named));
    return git !== undefined && isOfTree(git, directory) ? git : undefined;
  }
  return dirname(directory) === directory ? undefined : gitFolder(dirname(directory), owner);
}

/**
 * Does the folder that a `.git` file names say that it is of this working tree? A stranger's file may name any repository of
 * the user, whose address and commit then went out with a kit. A worktree has `gitdir`, a submodule `core.worktree`
 * (gitrepository-layout(5)); a folder apart (`git init --separate-git-dir`) has neither, and is of no other tree.
 */
function isOfTree(git: string, directory: string): boolean {
  const config = readSmall(git, 'config', 1024 * 1024) ?? '';
  const back = readSmall(git, 'gitdir') ?? /^[\t ]*worktree[\t ]*=[\t ]*(\S.*)$/m.exec(config)?.[1];
  if (back === undefined)
    return !git.split(sep).includes('.git') && !/^[\t ]*bare[\t ]*=[\t ]*true[\t\r ]*$/m.test(config);
  const tree = resolve(git, basename(back) === '.git' ? dirname(back) : back);
  const found = realPath(tree);
  return found !== undefined && found === realPath(directory);
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** Who owns a directory decides what is in it; undefined if it is not there. */
function ownerOf(directory: string): number | undefined {
  return statSync(directory, { throwIfNoEntry: false })?.uid;
}

/** A ref in a file of its own, or packed; in a worktree the refs are in the common folder. */
function refAt(git: string, ref: string): string | undefined {
  if (ref.split('/').includes('..')) return undefined;
  const common = commonOf(git);
  const loose = [git, common].map((folder) => readSmall(folder, ref)).find((text) => text !== undefined);
  if (loose !== undefined) return loose;
  const packed = readSmall(common, 'packed-refs', 16 * 1024 * 1024) ?? '';
  return packed
    .split('\n')
    .find((line) => line.endsWith(` ${ref}`))
    ?.split(' ')[0];
}

/**
 * The text of a file without the white space at its end; undefined if it is none, or too large (bytes), or if there is a
 * link on the way: a file of 64 hexadecimal digits elsewhere may be a key.
 */
function readSmall(folder: string, path: string, limit = 4096): string | undefined {
  return readBelow(folder, path, limit)?.toString('utf8').trimEnd();
}

/** SHA-1, or SHA-256 in new repositories. */
function hashIn(text: string | undefined): string | undefined {
  return text !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? text : undefined;
}
