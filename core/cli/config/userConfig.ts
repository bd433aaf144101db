import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigFile } from './ConfigFile.ts';
import { openConfig } from './openConfig.ts';

const names = ['config.json', 'config.yaml', 'config.yml'];

/**
 * The user's own config below the root of the data, of which `requireOwnRoot` is true: a link is followed, because only
 * the user can put it there.
 */
export function userConfig(root: string): ConfigFile | undefined {
  const path = names.map((name) => join(root, name)).find(existsSync);
  if (path === undefined) return undefined;
  return openConfig(path, 'follow-links');
}
