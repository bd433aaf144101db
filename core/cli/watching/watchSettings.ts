import { resolve } from 'node:path';
import type { Reference, WatchOptions } from '@kitwright/core/internal';
import type { WatchFlags } from '../options/addWatchFlags.ts';
import { parsePace, parseQuiet } from '../options/watchFlags.ts';
import type { Session } from '../Session.ts';
import { readMeasurements } from './readMeasurements.ts';
import { tagNamer } from './tagNamer.ts';

/** When kits are made, what they are named and what they say of the training. Throws `usage`. */
export function watchSettings(
  session: Session,
  directory: string,
  name: Reference,
  flags: WatchFlags,
): Pick<WatchOptions, 'quiet' | 'pace' | 'nameOf' | 'measured'> {
  return {
    quiet: parseQuiet(flags.quiet),
    pace: parsePace(flags),
    nameOf: tagNamer({
      name,
      template: flags.tagTemplate,
      directory,
      run: flags.run,
      names: session.stores().local.list(),
      now: () => new Date(),
    }),
    ...measurements(directory, flags),
  };
}

function measurements(directory: string, { metrics }: WatchFlags): Pick<WatchOptions, 'measured'> {
  if (metrics === undefined) return {};
  const path = resolve(directory, metrics);
  return { measured: () => readMeasurements(path) };
}
