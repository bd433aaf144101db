import type { FoundConfig, FoundUserConfig } from '../config/FoundConfig.ts';
import { findPlugin } from './findPlugin.ts';
import { importPlugin } from './importPlugin.ts';
import { checkPlugin, makePlugin } from './makePlugin.ts';
import type { FoundPlugin, LoadedPlugin, PluginPlace } from './PluginPlace.ts';
import { pluginPlaces } from './pluginPlaces.ts';
import { refuseTwins } from './refuseTwins.ts';
import { refuseUnnamed, requireLocked } from './requireLocked.ts';
import { whileLoading } from './runningPlugins.ts';

/**
 * The plugins that a config file names, in its order, before any of them runs; `frozen` refuses what its lock does not
 * list. Throws `plugin-invalid`, `plugin-not-locked`, `config-untrusted`.
 */
export function findPlugins(
  config: FoundConfig | FoundUserConfig | undefined,
  frozen: boolean,
): readonly (PluginPlace | FoundPlugin)[] {
  return config ? pluginPlaces(config).map((place) => find(place, frozen)) : [];
}

function find(place: PluginPlace, frozen: boolean): PluginPlace | FoundPlugin {
  if (!('name' in place.entry)) {
    if (frozen) throw refuseUnnamed(place);
    return place;
  }
  const found = findPlugin(place, place.entry.name);
  if (frozen) requireLocked(found);
  return found;
}

/** Runs plugins that were found. Throws `plugin-invalid`, `plugin-failed`, and what a factory throws. */
export async function loadPlugins(found: readonly (PluginPlace | FoundPlugin)[]): Promise<readonly LoadedPlugin[]> {
  const loaded = await Promise.all(found.map((at) => whileLoading(at, () => load(at))));
  return refuseTwins(loaded);
}

async function load(at: PluginPlace | FoundPlugin): Promise<LoadedPlugin> {
  const { entry } = 'place' in at ? at.place : at;
  if ('name' in entry && 'file' in at)
    return { plugin: await makePlugin(at, await importPlugin(at), entry.options), at };
  return { plugin: checkPlugin(at, 'value' in entry ? entry.value : undefined, 'is'), at };
}
