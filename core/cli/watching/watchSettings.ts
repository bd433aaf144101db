import { resolve } from 'node:path';
import { type Reference, systemClock, type WatchOptions } from '@kitwright/core/internal';
import type { WatchFlags } from '../options/addWatchFlags.ts';
import { packSettings } from '../options/packOptions.ts';
import { parsePace, parseQuiet } from '../options/watchFlags.ts';
import type { Session } from '../Session.ts';
import type { BestKit } from './bestKit.ts';
import { readMeasurements } from './readMeasurements.ts';
import { tagNamer } from './tagNamer.ts';

/** The settings of a watch: what is packed, when kits are made, their names and their annotations. Throws `usage`. */
export function watchSettings(
  session: Session,
  directory: string,
  name: Reference,
  flags: WatchFlags,
  best: BestKit | undefined,
): Settings {
  return {
    ...packSettings(session, flags),
    // A secret that was pushed cannot be taken back.
    refuse: flags.strict ? 'everything' : flags.push !== undefined ? 'secrets' : undefined,
    directory,
    clock: systemClock,
    signal: new AbortController().signal,
    quiet: parseQuiet(flags.quiet),
    pace: parsePace(flags),
    nameOf: tagNamer({
      name,
      template: flags.tagTemplate,
      directory,
      run: flags.run,
      names: session.stores().local.list(),
      now: () => new Date(),
      isBest: best?.isBest,
    }),
    ...measurements(directory, flags),
  };
}

/** The settings from flags, config and environment. */
type Settings = Omit<
  WatchOptions,
  | 'hints'
  | 'treeScan'
  | 'stop'
  | 'openFiles'
  | 'onRequest'
  | 'onKit'
  | 'onUnchanged'
  | 'onWaiting'
  | 'onLook'
  | 'onFailure'
  | 'onStart'
>;

function measurements(directory: string, { metrics }: WatchFlags): Pick<WatchOptions, 'measured'> {
  if (metrics === undefined) return {};
  const path = resolve(directory, metrics);
  return { measured: () => readMeasurements(path) };
}
