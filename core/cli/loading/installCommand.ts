import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The command that installs the package of this name (a path in it is left out) for this file, by the package manager
 * whose lock file is there or above. Undefined for what no package can be called: users may paste the command.
 */
export function installCommand(file: string, name: string, tag = ''): string | undefined {
  const [, plain] = /^((?:@[\w~][\w.~-]*\/)?[\w~][\w.~-]*)(?:\/[\w./~-]*)?$/.exec(name) ?? [];
  return plain === undefined ? undefined : `${managerOf(file)} ${plain}${tag}`;
}

function managerOf(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const has = (lock: string) => existsSync(join(folder, lock));
    if (has('pnpm-lock.yaml')) return 'pnpm add --save-dev';
    if (has('yarn.lock')) return 'yarn add --dev';
    if (has('package-lock.json') || dirname(folder) === folder) return 'npm install --save-dev';
  }
}
