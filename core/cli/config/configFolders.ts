import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { homeFolder } from '@kitwright/core/internal';
import { isOwn } from '../trust/isOwn.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The directories in which a config is searched: the given one and its parents, up to the root of the repository or the
 * home directory. Without either, as far as they belong to the user. A parent that everybody can write to ends the
 * list.
 */
export function configFolders(directory: string, env: Environment): readonly string[] {
  const [first = '', ...parents] = ancestors(resolve(directory));
  const shared = parents.findIndex(isShared);
  const chain = [first, ...(shared < 0 ? parents : parents.slice(0, shared))];
  const end = chain.findIndex(isEndFor(homeFolder(env)));
  if (end >= 0) return chain.slice(0, end + 1);
  const foreign = chain.findIndex((folder, i) => i > 0 && !isOwn(statSync(folder).uid));
  return foreign < 0 ? chain : chain.slice(0, foreign);
}

function ancestors(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}

/** Like /tmp: anybody can put a config there. */
function isShared(folder: string): boolean {
  return process.platform !== 'win32' && (statSync(folder).mode & 0o002) !== 0;
}

function isEndFor(home: string | undefined): (folder: string) => boolean {
  const realHome = home !== undefined && existsSync(home) ? realpathSync(home) : undefined;
  return (folder) => existsSync(join(folder, '.git')) || realpathSync(folder) === realHome;
}
