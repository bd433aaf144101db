import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { installedCli } from '../support/installedCli.ts';
import { nodePath } from '../support/runCli.ts';
import { projectRoot } from '../support/trackedFiles.ts';

/** How a program ended. */
export interface Ended {
  readonly code: number;
  /** What it wrote, stdout first. */
  readonly output: string;
}

/** A folder in which authors work: below it the packed packages are installed, once for all plugins. */
export interface Workshop {
  /** Absolute. */
  readonly path: string;
  /** As `npm create kitwright-plugin` runs it, in the folder. */
  readonly create: (...args: readonly string[]) => Promise<Ended>;
  readonly node: (folder: string, ...args: readonly string[]) => Promise<Ended>;
  readonly npm: (folder: string, ...args: readonly string[]) => Promise<Ended>;
}

/** Installs what authors install, from packed tarballs and without a registry. */
export async function openWorkshop(path: string): Promise<Workshop> {
  const tarballs = await packed(path);
  writeFileSync(join(path, 'package.json'), '{ "private": true }');
  npmSync(path, 'install', '--offline', '--ignore-scripts', ...tarballs);
  const modules = join(path, 'node_modules');
  mkdirSync(join(modules, '@types'), { recursive: true });
  for (const name of ['typescript', '@types/node', 'undici-types', '.bin/tsc'])
    symlinkSync(join(projectRoot, 'node_modules', name), join(modules, name));
  const command = join(modules, 'create-kitwright-plugin', 'bin', 'create-kitwright-plugin.js');
  return {
    path,
    create: (...args) => run(nodePath, [command, ...args], path),
    node: (folder, ...args) => run(nodePath, args, join(path, folder)),
    npm: (folder, ...args) => run('npm', ['--silent', ...args], join(path, folder)),
  };
}

/** What a user of `kitwright` gets is packed already. */
async function packed(path: string): Promise<readonly string[]> {
  const folder = join(dirname(dirname(dirname(dirname(await installedCli())))), 'tarballs');
  const own = ['core/testkit', 'core/create-kitwright-plugin'].map((name) => join(projectRoot, name));
  npmSync(path, 'pack', '--ignore-scripts', ...own);
  const inFolder = (at: string) =>
    readdirSync(at)
      .filter((name) => name.endsWith('.tgz'))
      .map((name) => join(at, name));
  return [...inFolder(folder), ...inFolder(path)];
}

const shell = process.platform === 'win32';

function npmSync(cwd: string, ...args: readonly string[]): void {
  const flags = ['--silent', '--no-audit', '--no-fund', '--no-update-notifier'];
  execFileSync('npm', [...args, ...flags], { cwd, shell, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The variables of a test runner would make the suites of plugins a part of this one. */
async function run(program: string, args: readonly string[], cwd: string): Promise<Ended> {
  const PATH = [dirname(nodePath), process.env['PATH'] ?? ''].join(delimiter);
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...env } = process.env;
  const options = { cwd, env: { ...env, PATH, NO_COLOR: '1' }, shell: shell && program === 'npm' };
  try {
    const { stdout, stderr } = await promisify(execFile)(program, [...args], options);
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as Partial<Record<'code' | 'stdout' | 'stderr', string>>;
    return { code: Number(code), output: stdout + stderr };
  }
}
