import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { addFiles } from '../support/hostileConfigs.ts';
import { nodePath } from '../support/runCli.ts';

/** A package manager, as a project uses it. */
export interface PackageManager {
  readonly name: string;
  /** Installs into a folder these direct dependencies; `all` has every package that there is, by name. Both are tarballs. */
  readonly install: (folder: string, direct: Tarballs, all: Tarballs) => void;
  /** The program and the words before those of `kitwright`. */
  readonly command: (folder: string) => readonly string[];
}

/** Absolute paths by the names of packages. */
export type Tarballs = Readonly<Record<string, string>>;

const peers = process.env['PACKAGE_MANAGERS'] ?? '';
const pnpm = join(peers, 'node_modules', 'pnpm', 'bin', 'pnpm.mjs');
const yarn = join(peers, 'node_modules', '@yarnpkg', 'cli-dist', 'bin', 'yarn.js');
const linked = (folder: string) => [nodePath, join(folder, 'node_modules', 'kitwright', 'bin', 'kitwright.js')];

/** Offline, strict, and with nothing outside of the folder. */
export const packageManagers: readonly PackageManager[] = [
  {
    name: 'npm',
    install: (folder, direct, all) => {
      addFiles(folder, { 'package.json': manifest({ dependencies: direct, overrides: fileUrls(all, direct) }) });
      run('npm', ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps'], folder);
    },
    command: linked,
  },
  {
    name: 'pnpm',
    install: (folder, direct, all) => {
      addFiles(folder, {
        'package.json': manifest({ dependencies: direct }),
        'pnpm-workspace.yaml': JSON.stringify({
          packages: [],
          overrides: fileUrls(all),
          autoInstallPeers: false,
          hoist: false,
          strictDepBuilds: false,
          storeDir: join(folder, '..', 'pnpm-store'),
        }),
      });
      run(nodePath, [pnpm, 'install', '--offline', '--ignore-scripts', '--no-frozen-lockfile'], folder);
    },
    command: linked,
  },
  { name: 'Yarn with node_modules', install: yarnInstall('node-modules'), command: linked },
  {
    name: "Yarn with Plug'n'Play",
    install: yarnInstall('pnp'),
    command: () => [nodePath, yarn, 'kitwright'],
  },
];

function yarnInstall(nodeLinker: string): PackageManager['install'] {
  return (folder, direct, all) => {
    addFiles(folder, {
      'package.json': manifest({ dependencies: direct, resolutions: fileUrls(all) }),
      '.yarnrc.yml': JSON.stringify({
        nodeLinker,
        enableGlobalCache: false,
        enableNetwork: false,
        enableScripts: false,
        enableTelemetry: false,
        enableImmutableInstalls: false,
      }),
      'yarn.lock': '',
    });
    run(nodePath, [yarn, 'install'], folder);
  };
}

function manifest({ dependencies, ...rest }: { readonly dependencies: Tarballs } & Readonly<Record<string, unknown>>) {
  return JSON.stringify({ name: 'project', private: true, dependencies: fileUrls(dependencies), ...rest });
}

function fileUrls(tarballs: Tarballs, without: Tarballs = {}): Tarballs {
  const wanted = Object.entries(tarballs).filter(([name]) => !Object.hasOwn(without, name));
  return Object.fromEntries(wanted.map(([name, path]) => [name, `file:${path}`]));
}

function run(program: string, args: readonly string[], cwd: string): void {
  const env = { PATH: process.env['PATH'] ?? '', HOME: join(cwd, '..'), YARN_IGNORE_PATH: '1' };
  try {
    execFileSync(program, args, { cwd, env, stdio: 'pipe', encoding: 'utf8' });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
