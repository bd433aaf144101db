import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { homeFolder } from '../files/homeFolder.ts';
import type { KitStore } from './kitStore.ts';
import { createLocalStore, type LocalStore } from './localStore.ts';
import { openKitStores } from './openKitStores.ts';
import { isOwnKitRoot, requireOwnRoot } from './requireOwnRoot.ts';

/** The local store, and the stores beside it that `kit` made. */
export interface Store {
  readonly root: string;
  readonly local: LocalStore;
  /** Read-only stores that `kit` made. */
  readonly kit: readonly KitStore[];
}

/** Opens our store and those of `kit` that can be seen from here. Throws `store-untrusted`. */
export function openStore(
  config: string | undefined,
  env: Environment = process.env,
  platform = process.platform,
): Store {
  const root = dataRoot(config, env, platform);
  requireOwnRoot(root, env);
  const isOwn = (storage: string) => existsSync(storage) && isOwnKitRoot(dirname(storage), env);
  const kit = kitStorages(config, env, platform).filter(isOwn).flatMap(openKitStores);
  return { root, local: createLocalStore(join(root, 'store'), { lenders: kit, home: root }), kit };
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The root of our data: `--config`, KITWRIGHT_HOME, KITOPS_HOME, else the platform's data folder. Throws `store-failed`
 * for a user without a home.
 */
export function dataRoot(
  config: string | undefined,
  env: Environment = process.env,
  platform = process.platform,
): string {
  const root =
    config ||
    env['KITWRIGHT_HOME'] ||
    env['KITOPS_HOME'] ||
    dataFolder(env, platform, 'kitwright', 'Application Support');
  if (root) return resolve(root);
  throw new KitwrightError('store-failed', 'Where the store belongs is not known: this user has no home.', {
    hint: 'Set HOME or KITWRIGHT_HOME, or name a folder with --config.',
  });
}

/** A program's data folder: XDG on Linux, Library on macOS, LOCALAPPDATA on Windows. */
function dataFolder(env: Environment, platform: NodeJS.Platform, name: string, mac: string): string | undefined {
  const home = homeFolder(env);
  const below = (...folders: readonly string[]) => home && join(home, ...folders);
  const folders: Partial<Record<NodeJS.Platform, () => string | undefined>> = {
    win32: () => env['LOCALAPPDATA'] || below('AppData', 'Local'),
    darwin: () => below('Library', mac),
  };
  const folder = folders[platform]?.() ?? (env['XDG_DATA_HOME'] || below('.local', 'share'));
  return folder && join(folder, name);
}

/** Where `kit` keeps its kits: below our root, and at its own default place unless a root was named. */
function kitStorages(config: string | undefined, env: Environment, platform: NodeJS.Platform): readonly string[] {
  const root = dataRoot(config, env, platform);
  const named = config || env['KITWRIGHT_HOME'];
  const own = named ? undefined : env['KITOPS_HOME'] || dataFolder(env, platform, 'kitops', 'Caches');
  return [...new Set([join(root, 'storage'), ...(own ? [join(resolve(own), 'storage')] : [])])];
}
