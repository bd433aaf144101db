import { lstatSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
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
  return { top: topOf(start), git, common: resolve(git, readSmall(git, 'commondir') ?? '.') };
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
    return named === undefined ? undefined : resolve(directory, named);
  }
  return dirname(directory) === directory ? undefined : gitFolder(dirname(directory), owner);
}

/** Who owns a directory decides what is in it; undefined if it is not there. */
function ownerOf(directory: string): number | undefined {
  return statSync(directory, { throwIfNoEntry: false })?.uid;
}

/** A ref in a file of its own, or packed; in a worktree the refs are in the common folder. */
function refAt(git: string, ref: string): string | undefined {
  if (ref.split('/').includes('..')) return undefined;
  const common = resolve(git, readSmall(git, 'commondir') ?? '.');
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
