import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError } from '@kitwright/core/internal';
import { isOwn } from '../trust/isOwn.ts';
import type { ConfigFile } from './ConfigFile.ts';
import { openConfig } from './openConfig.ts';

const names = ['config.json', 'config.yaml', 'config.yml'];

/** The user's own config below the root of the data. A link is followed, because only the user can put it there. */
export function userConfig(root: string): ConfigFile | undefined {
  const path = names.map((name) => join(root, name)).find(existsSync);
  if (path === undefined) return undefined;
  requireOwnRoot(root);
  return openConfig(path, 'follow-links');
}

/** In a folder that others made, or may write to, anybody may have put the config, or a link to one. */
function requireOwnRoot(root: string): void {
  const { uid, mode } = statSync(root);
  if (process.platform === 'win32' || (isOwn(uid) && (mode & 0o002) === 0)) return;
  throw new KitwrightError('config-untrusted', `Others can change ${root}, so the config in it is not read.`, {
    data: { path: root },
    hint: `Let it be yours alone, "chmod go-w ${root}", or choose another KITWRIGHT_HOME.`,
  });
}
