import { KitwrightError } from '@kitwright/core/internal';
import type { LoadedPlugin } from './PluginPlace.ts';
import { describe, isTyped, placeData, sourceOf } from './placeError.ts';

/**
 * A plugin that several places name counts once, with the options of the last of them: give the user's config first, then
 * that of the project, then `--plugin`. Throws `plugin-invalid` for different plugins, or versions, of one name.
 */
export function refuseTwins(loaded: readonly LoadedPlugin[]): readonly LoadedPlugin[] {
  const names = new Map<string, LoadedPlugin>();
  for (const each of loaded) {
    const first = names.get(each.plugin.name);
    if (first && !isAgain(first, each)) throw twins(first, each);
    names.set(each.plugin.name, each);
  }
  const kept = new Set(names.values());
  return loaded.filter((each) => kept.has(each));
}

/** Within one config nothing says which of two entries, and of their options, is meant. */
function isAgain(first: LoadedPlugin, second: LoadedPlugin): boolean {
  if (placeName(first) === placeName(second) || !('file' in first.at && 'file' in second.at)) return false;
  if (first.at.file === second.at.file) return true;
  const [one, other] = [first.at.pack, second.at.pack];
  return one !== undefined && one.name === other?.name && one.version !== '' && one.version === other.version;
}

function placeName({ at }: LoadedPlugin): string {
  const { position, source } = 'place' in at ? at.place : at;
  return isTyped(at) ? position : source.file;
}

function twins(first: LoadedPlugin, second: LoadedPlugin): KitwrightError {
  const { name } = first.plugin;
  const message = `Two plugins have the name ${name}: ${describe(first.at)} and ${describe(second.at)}.`;
  const [one, other] = [placeName(first), placeName(second)];
  return new KitwrightError('plugin-invalid', message, {
    data: { plugin: name, ...placeData(second.at), other: placeData(first.at) },
    ...sourceOf(second.at),
    hint:
      one === other
        ? 'Remove one of them from the config; if they are different plugins, one needs another name.'
        : `Name it at one place only, ${one} or ${other}, or install the same version for both; if they are different plugins, one needs another name.`,
    others: [new KitwrightError('plugin-invalid', `The first plugin of the name ${name}.`, sourceOf(first.at))],
  });
}
