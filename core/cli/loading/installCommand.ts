import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The command that installs a package for this file, by the package manager whose lock file is there or above. */
export function installCommand(file: string, name: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const has = (lock: string) => existsSync(join(folder, lock));
    if (has('pnpm-lock.yaml')) return `pnpm add --save-dev ${name}`;
    if (has('yarn.lock')) return `yarn add --dev ${name}`;
    if (has('package-lock.json') || dirname(folder) === folder) return `npm install --save-dev ${name}`;
  }
}
