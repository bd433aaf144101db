import type { FoundConfig, FoundUserConfig } from '../config/FoundConfig.ts';
import type { PluginEntry, PluginPlace } from './PluginPlace.ts';

/** The plugins that a config file names, in its order. */
export function pluginPlaces(found: FoundConfig | FoundUserConfig): readonly PluginPlace[] {
  const { config, path, owner, bytes } = found;
  const entries = (config.plugins ?? []).map(entryOf);
  const text = entries.length ? bytes.toString() : '';
  return entries.map((entry, i) => {
    const line = 'name' in entry ? lineOf(text, entry.name) : undefined;
    return {
      position: `plugins[${i}]`,
      source: { file: path, ...(line === undefined ? {} : { line }) },
      owner,
      isHome: !('within' in found),
      entry,
    };
  });
}

function entryOf(entry: unknown): PluginEntry {
  if (typeof entry === 'string') return { name: entry, options: undefined };
  if (Array.isArray(entry)) return { name: String(entry[0]), options: entry[1] as unknown };
  return { value: entry };
}

/**
 * The only line after the word `plugins` that holds the name. Its text is not shown: options beside it may be secret.
 */
function lineOf(text: string, name: string): number | undefined {
  const start = text.indexOf('plugins');
  const at = start < 0 || name === '' ? -1 : text.indexOf(name, start + 'plugins'.length);
  if (at < 0 || text.includes(name, at + name.length)) return undefined;
  return text.slice(0, at).split('\n').length;
}
