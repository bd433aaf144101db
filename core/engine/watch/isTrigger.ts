import { type BytePath, baseOf } from '../files/bytePath.ts';

const ignoredFolders = /(?:^|\/)(?:tmp-checkpoint-[^/]*|wandb|__pycache__|\.git|\.cache)(?:\/|$)/;

/** Names that are still being written, or that change all the time: they are packed when something else changes. */
const ignoredNames = [
  /^\.tmp/,
  /\.(?:tmp|part|partial|lock|incomplete|swp)$/,
  /~$/,
  /\.log$/,
  /^events\.out\.tfevents/,
  /\.wandb$/,
];

/** Does a change of this path alone trigger a new kit? */
export function isTrigger(path: BytePath): boolean {
  return !ignoredFolders.test(path) && !ignoredNames.some((pattern) => pattern.test(baseOf(path)));
}
