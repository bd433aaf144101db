import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PluginPlace } from './PluginPlace.ts';

/**
 * The command that installs the package of this name (a path in it is left out) for this config: by the package manager
 * whose lock file is there or above, and by npm for the root of the user's data. Undefined for what no package can be
 * called, or no shell takes between quotes: users may paste the command.
 */
export function installCommand({ source, isHome }: PluginPlace, name: string, tag = ''): string | undefined {
  const [, plain] = /^((?:@[\w~][\w.~-]*\/)?[\w~][\w.~-]*)(?:\/[\w./~-]*)?$/.exec(name) ?? [];
  const manager = isHome ? managerIn(dirname(source.file)) : managerOf(source.file);
  return plain === undefined || manager === undefined ? undefined : `${manager} ${plain}${tag}`;
}

/** No project is there, and npm would look for one above. */
function managerIn(folder: string): string | undefined {
  return /["$`!%\p{Cc}]/u.test(folder) ? undefined : `npm install --prefix "${folder}"`;
}

function managerOf(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const has = (lock: string) => existsSync(join(folder, lock));
    if (has('pnpm-lock.yaml')) return 'pnpm add --save-dev';
    if (has('yarn.lock')) return 'yarn add --dev';
    if (has('package-lock.json') || dirname(folder) === folder) return 'npm install --save-dev';
  }
}
