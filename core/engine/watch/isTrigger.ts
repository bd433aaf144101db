import { type BytePath, baseOf } from '../files/bytePath.ts';
import type { Change } from './changes.ts';

const ignoredFolders = /(?:^|\/)(?:tmp-checkpoint-[^/]*|wandb|__pycache__|\.git|\.cache)(?:\/|$)/;

/** Names of files that their writers rename or remove. */
const temporaryNames = /^\.tmp|\.(?:tmp|part|partial|lock|incomplete|swp)$|~$/;

/** Those that a rename ends. */
const unfinishedNames = /^\.tmp|\.(?:tmp|part|partial|incomplete)$/;

/** Names of files that grow all the time. */
const logNames = /\.log$|^events\.out\.tfevents|\.wandb$/;

/** Does this change alone trigger a new kit? Others are packed when something else changes. */
export function isTrigger({ path, isOwn = false }: Pick<Change, 'path' | 'isOwn'>): boolean {
  if (isOwn) return false;
  const name = baseOf(path);
  return !ignoredFolders.test(path) && !temporaryNames.test(name) && !logNames.test(name);
}

/** Is it a file that will have another name, or none, when it is complete? */
export function isTemporary(path: BytePath): boolean {
  return temporaryNames.test(baseOf(path));
}

/** Is it written under a name that it will not keep? */
export function isUnnamed(path: BytePath): boolean {
  return unfinishedNames.test(baseOf(path));
}
