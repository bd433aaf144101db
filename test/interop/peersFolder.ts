import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where peers are kept between runs. */
export const peersFolder = join(root, '.cache', 'peers');

/** Go as PyPI has it: Debian's is too old for kit's module. */
export const goFolder = join(peersFolder, 'go');

export function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${join(goFolder, 'bin')}:${process.env['PATH'] ?? ''}` };
}

export function succeeds(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore', env: environment() }).status === 0;
}

/** Installs packages of Debian; `args` may begin with flags. Who asks sees by what it needs whether that worked. */
export function installFromDebian(...args: readonly string[]): void {
  succeeds('apt-get', 'update', '-q');
  succeeds('apt-get', 'install', '-y', '-q', ...args);
}

export function hasPip(): boolean {
  return succeeds('python3', '-m', 'pip', '--version');
}
