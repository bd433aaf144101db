import { execFileSync } from 'node:child_process';
import { copyFileSync, globSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot, trackedFiles } from './trackedFiles.ts';

/** A clone of what is committed, with the state of the working tree above it. */
export function cloneWorkingTree(clone: string): void {
  execFileSync('git', ['clone', '--quiet', projectRoot, clone], { stdio: 'ignore' });
  const files = trackedFiles();
  const known = new Set(files);
  for (const path of globSync('**/*', { cwd: clone, exclude: (name) => name === '.git' }))
    if (lstatSync(join(clone, path)).isFile() && !known.has(path)) rmSync(join(clone, path));
  for (const path of files) {
    mkdirSync(dirname(join(clone, path)), { recursive: true });
    copyFileSync(join(projectRoot, path), join(clone, path));
  }
}
