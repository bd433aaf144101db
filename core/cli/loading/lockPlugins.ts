import { existsSync } from 'node:fs';
import type { FoundConfig, FoundUserConfig } from '../config/FoundConfig.ts';
import { findPlugin } from './findPlugin.ts';
import { type LockedPlugin, lockBeside, lockedPlugin, writeLock } from './pluginLock.ts';
import { pluginPlaces } from './pluginPlaces.ts';

/** A lock that was written. */
export interface WrittenLock {
  /** Absolute. */
  readonly path: string;
  readonly plugins: readonly LockedPlugin[];
  /** Places in the config of plugins without a name, which no lock can list. */
  readonly unnamed: readonly string[];
}

/**
 * Writes the lock of a config that names plugins, or had some. None of them runs. Throws `plugin-invalid`,
 * `config-untrusted`, `store-failed`.
 */
export function lockPlugins(config: FoundConfig | FoundUserConfig): WrittenLock | undefined {
  const path = lockBeside(config.path);
  const places = pluginPlaces(config);
  if (!places.length && !existsSync(path)) return undefined;
  const plugins = places.flatMap((place) =>
    'name' in place.entry ? [lockedPlugin(findPlugin(place, place.entry.name))] : [],
  );
  writeLock(path, plugins);
  return { path, plugins, unnamed: places.flatMap(({ entry, position }) => ('name' in entry ? [] : [position])) };
}
