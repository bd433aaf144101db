import type { FoundConfig, FoundUserConfig } from '../config/FoundConfig.ts';
import { findPlugin } from './findPlugin.ts';
import { importPlugin } from './importPlugin.ts';
import { checkPlugin, makePlugin } from './makePlugin.ts';
import type { PluginPlace } from './PluginPlace.ts';
import { pluginPlaces } from './pluginPlaces.ts';
import type { LoadedPlugin } from './withOrigin.ts';

/** The plugins that a config file names, in its order. Throws `plugin-invalid`, `plugin-failed`, `config-untrusted`. */
export async function loadPlugins(config: FoundConfig | FoundUserConfig | undefined): Promise<readonly LoadedPlugin[]> {
  return config ? Promise.all(pluginPlaces(config).map(loadPlugin)) : [];
}

async function loadPlugin(place: PluginPlace): Promise<LoadedPlugin> {
  const { entry } = place;
  if (!('name' in entry)) return { plugin: checkPlugin(place, entry.value, 'is'), at: place };
  const found = findPlugin(place, entry.name);
  return { plugin: await makePlugin(found, await importPlugin(found), entry.options), at: found };
}
