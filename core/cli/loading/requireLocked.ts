import { KitwrightError } from '@kitwright/core/internal';
import type { Session } from '../Session.ts';
import type { FoundPlugin, PluginPlace } from './PluginPlace.ts';
import { placeError } from './placeError.ts';
import { type LockedPlugin, lockBeside, lockedPlugin, readLock } from './pluginLock.ts';

const variable = 'KITWRIGHT_FROZEN_PLUGINS';

/** Do only plugins run that a lock lists (`--frozen-plugins`, KITWRIGHT_FROZEN_PLUGINS)? Throws `usage`. */
export function isFrozen({ options, env }: Pick<Session, 'options' | 'env'>): boolean {
  const text = env[variable] ?? '';
  if (!/^(?:1|true|yes|0|false|no)?$/i.test(text))
    throw new KitwrightError('usage', `${variable} must be true or false, not ${JSON.stringify(text)}.`);
  return options.frozenPlugins || /^(?:1|true|yes)$/i.test(text);
}

/** Returns only if the lock beside the config lists this plugin as it is. Throws `plugin-not-locked`. */
export function requireLocked(found: FoundPlugin): void {
  const locked = readLock(found.place);
  if (!locked) throw notLocked(found, 'is not locked: there is no lock');
  const now = lockedPlugin(found);
  if (locked.some((each) => isSame(each, now))) return;
  const [other] = locked.filter(({ name }) => name === now.name);
  throw notLocked(found, other ? difference(other, now) : `is not locked: the lock lists no ${now.name}`);
}

function isSame(a: LockedPlugin, b: LockedPlugin): boolean {
  return a.name === b.name && a.version === b.version && a.integrity === b.integrity;
}

function difference(locked: LockedPlugin, now: LockedPlugin): string {
  if (locked.version !== now.version)
    return `is not as it was locked: then its version was ${locked.version ?? 'none'}`;
  return `is not as it was locked: its files changed (${now.integrity}, locked was ${locked.integrity})`;
}

/** What a config that is a program imports itself has no name that a lock could list. */
export function refuseUnnamed(place: PluginPlace): KitwrightError {
  return notLocked(place, 'is not locked: only a plugin that the config names by package or path can be');
}

function notLocked(at: PluginPlace | FoundPlugin, problem: string): KitwrightError {
  const { source } = 'place' in at ? at.place : at;
  return placeError(at, {
    code: 'plugin-not-locked',
    problem: `${problem} (${lockBeside(source.file)})`,
    hint: 'If you want it so, run "kitwright plugins lock" and check what changes; without --frozen-plugins it would run.',
  });
}
