import { resolve } from 'node:path';
import { annotationNames, leadsOut, type Reference } from '@kitwright/core/internal';
import { systemClock, type WatchOptions } from '@kitwright/core/internal/builds';
import type { WatchFlags } from '../options/addWatchFlags.ts';
import { packSettings } from '../options/packOptions.ts';
import { parsePace, parseQuiet } from '../options/watchFlags.ts';
import { tellForeign } from '../packing/tellForeign.ts';
import { mostAttestedFiles } from '../provenance/attestOptions.ts';
import { describeRun, parameterAnnotations, type RunOptions } from '../runs/describeRun.ts';
import type { Session } from '../Session.ts';
import { type BestKit, parseBest } from './bestKit.ts';
import { createEventReader, holdsEvents } from './createEventReader.ts';
import { readMeasurements } from './readMeasurements.ts';
import { tagNamer } from './tagNamer.ts';
import { compactTime } from './tagTemplate.ts';

/** The settings of a watch: what is packed, when kits are made, their names and their annotations. Throws `usage`. */
export function watchSettings(
  session: Session,
  directory: string,
  name: Reference,
  flags: WatchFlags,
  { best, command }: { readonly best: BestKit | undefined; readonly command: readonly string[] },
): Settings {
  const started = new Date();
  const run = flags.run ?? compactTime(started);
  // A secret that was pushed cannot be taken back.
  const refuse = flags.strict ? 'everything' : (flags.push ?? flags.pushTo) !== undefined ? 'secrets' : undefined;
  tellForeign(session, directory, refuse !== undefined);
  return {
    ...packSettings(session, flags),
    fileDigests: flags.attest ? mostAttestedFiles : undefined,
    refuse,
    directory,
    clock: systemClock,
    signal: new AbortController().signal,
    quiet: parseQuiet(flags.quiet),
    pace: parsePace(flags),
    nameOf: tagNamer({
      name,
      template: flags.tagTemplate,
      directory,
      run,
      names: session.stores().local.list(),
      now: () => new Date(),
      isBest: best?.isBest,
      metric: flags.best === undefined ? undefined : parseBest(flags.best).name,
    }),
    ...measurements(directory, flags),
    ...provenance({ name: run, directory, command, env: session.env, started }, flags),
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
  const events = createEventReader(path);
  const read = () => (holdsEvents(path) ? events.read() : readMeasurements(path));
  // Numbers of another file of the machine belong into no kit.
  return { measured: () => (leadsOut(path, directory) ? undefined : read()) };
}

/**
 * A run has the same record in each of its kits, and each kit its time. A watch without a command or a name is no run:
 * its kits are those of a pack, to the byte.
 */
function provenance(options: RunOptions, flags: WatchFlags): Pick<WatchOptions, 'annotations'> {
  const isRun = options.command.length > 0 || flags.run !== undefined;
  if (!flags.provenance || !isRun) return {};
  const record = describeRun(options);
  const time = `${annotationNames.runPrefix}time`;
  // A training writes its settings when it begins.
  const parameters = () => parameterAnnotations(options.directory);
  return { annotations: () => ({ ...record, ...parameters(), [time]: new Date().toISOString() }) };
}
