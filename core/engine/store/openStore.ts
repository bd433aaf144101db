import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type KitStore, openKitStore } from './kitStore.ts';
import { createLocalStore, type LocalStore } from './localStore.ts';

/** The local store, and the stores beside it that `kit` made. */
export interface Store {
  readonly root: string;
  readonly local: LocalStore;
  /** Read-only stores that `kit` made. */
  readonly kit: readonly KitStore[];
}

/** Opens our store and those of `kit` that can be seen from here. */
export function openStore(
  config: string | undefined,
  env: Environment = process.env,
  platform = process.platform,
): Store {
  const root = dataRoot(config, env, platform);
  const kit = kitStorages(config, env, platform)
    .filter(existsSync)
    .flatMap((storage) => openKitStore(storage) ?? []);
  return { root, local: createLocalStore(join(root, 'store'), { lenders: kit }), kit };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The root of our data: `--config`, KITWRIGHT_HOME, KITOPS_HOME, else the platform's data folder. */
export function dataRoot(
  config: string | undefined,
  env: Environment = process.env,
  platform = process.platform,
): string {
  return resolve(
    config ||
      env['KITWRIGHT_HOME'] ||
      env['KITOPS_HOME'] ||
      dataFolder(env, platform, 'kitwright', 'Application Support'),
  );
}

/** A program's data folder: XDG on Linux, Library on macOS, LOCALAPPDATA on Windows. */
function dataFolder(env: Environment, platform: NodeJS.Platform, name: string, mac: string): string {
  const home = env['HOME'] || env['USERPROFILE'] || homedir();
  if (platform === 'win32') return join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), name);
  if (platform === 'darwin') return join(home, 'Library', mac, name);
  return join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), name);
}

/** Where `kit` keeps its kits: below our root, and at its own default place unless a root was named. */
function kitStorages(config: string | undefined, env: Environment, platform: NodeJS.Platform): readonly string[] {
  const root = dataRoot(config, env, platform);
  const named = config || env['KITWRIGHT_HOME'];
  const own = env['KITOPS_HOME'] || dataFolder(env, platform, 'kitops', 'Caches');
  return [...new Set([join(root, 'storage'), ...(named ? [] : [join(resolve(own), 'storage')])])];
}
