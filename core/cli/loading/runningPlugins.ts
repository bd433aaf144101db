import type { FoundPlugin, LoadedPlugin, PluginPlace } from './PluginPlace.ts';
import { describe } from './placeError.ts';

// Of the process: what crashes it, or never ends, belongs to no session.
const running: LoadedPlugin[] = [];
const loading = new Set<string>();

/** The plugins of configs whose code runs in this process. */
export function runningPlugins(): readonly LoadedPlugin[] {
  return running;
}

/** The plugins that are being loaded: their modules, or the checks of their options, have not ended. */
export function loadingPlugins(): readonly string[] {
  return [...loading];
}

/** Notes that a plugin is being loaded, and then that it runs. */
export async function whileLoading(
  at: PluginPlace | FoundPlugin,
  load: () => Promise<LoadedPlugin>,
): Promise<LoadedPlugin> {
  const name = `${describe(at)}: loading`;
  loading.add(name);
  try {
    const loaded = await load();
    running.push(loaded);
    return loaded;
  } finally {
    loading.delete(name);
  }
}
