import { KitwrightError } from '@kitwright/core/internal';
import { installCommand } from './installCommand.ts';
import type { FoundPlugin, LoadedPlugin, PluginPlace } from './PluginPlace.ts';
import { describe, placeData, placeOf, sourceOf } from './placeError.ts';
import { crashOf, thrownBy } from './thrownBy.ts';

/** The same error, if a plugin that a config names is the reason, with that plugin's package, file and place. */
export function withOrigins(error: KitwrightError, loaded: readonly LoadedPlugin[]): KitwrightError {
  const culprit = error.code === 'internal-error' ? thrownBy(error.cause, loaded) : undefined;
  if (culprit) return withOrigin(crashOf(culprit, error.cause), culprit.at);
  if (error.code !== 'plugin-failed' && error.code !== 'plugin-invalid') return error;
  const found = loaded.find(({ plugin }) => plugin.name === error.data['plugin']);
  return found && error.data['position'] === undefined ? withOrigin(error, found.at) : error;
}

export function withOrigin(error: KitwrightError, at: PluginPlace | FoundPlugin): KitwrightError {
  const hint = upgradeHint(error, at) ?? error.hint;
  return new KitwrightError(error.code, `${error.message.replace(/\.$/, '')}. It is ${describe(at)}.`, {
    data: { ...error.data, ...placeData(at) },
    cause: error.cause,
    others: error.others,
    ...(error.source ? { source: error.source } : sourceOf(at)),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** For a plugin of another API version: which of the two packages to upgrade. */
function upgradeHint({ data }: KitwrightError, at: PluginPlace | FoundPlugin): string | undefined {
  const { apiVersion, supported } = data;
  if (typeof apiVersion !== 'number' || typeof supported !== 'number') return undefined;
  const older = apiVersion < supported ? ('file' in at ? at.pack : undefined) : { name: 'kitwright', version: '' };
  if (!older) return undefined;
  const title = [older.name, older.version].filter(Boolean).join(' ');
  const place = placeOf(at);
  // The Kitwright that runs is not the one of the user's data.
  const command = place.isHome && !older.version ? undefined : installCommand(place, older.name, '@latest');
  return `${title} is too old${command === undefined ? '' : `: "${command}"`}.`;
}
