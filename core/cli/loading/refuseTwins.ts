import { KitwrightError } from '@kitwright/core/internal';
import type { LoadedPlugin } from './PluginPlace.ts';
import { describe, placeData, sourceOf } from './placeError.ts';

/** Throws `plugin-invalid` for two plugins of one name, with both places. */
export function refuseTwins(loaded: readonly LoadedPlugin[]): void {
  const names = new Map<string, LoadedPlugin>();
  for (const each of loaded) {
    const first = names.get(each.plugin.name);
    if (first) throw twins(first, each);
    names.set(each.plugin.name, each);
  }
}

function twins(first: LoadedPlugin, second: LoadedPlugin): KitwrightError {
  const { name } = first.plugin;
  const message = `Two plugins have the name ${name}: ${describe(first.at)} and ${describe(second.at)}.`;
  return new KitwrightError('plugin-invalid', message, {
    data: { plugin: name, ...placeData(second.at), other: placeData(first.at) },
    source: sourceOf(second.at),
    hint: 'Remove one of them from the config; if they are different plugins, one needs another name.',
    others: [
      new KitwrightError('plugin-invalid', `The first plugin of the name ${name}.`, { source: sourceOf(first.at) }),
    ],
  });
}
