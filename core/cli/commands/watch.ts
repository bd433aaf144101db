import { basename, resolve } from 'node:path';
import {
  type CaptureMode,
  fileHints,
  finish,
  isLocalFileSystem,
  KitwrightError,
  noHints,
  parseReference,
  type Reference,
  systemClock,
  type WatchedKit,
  watchKit,
  withDefaultTag,
} from '@kitwright/core';
import { modelPack } from '@kitwright/modelpack';
import type { Command } from 'commander';
import { networkOptions } from '../networkOptions.ts';
import { asKitwrightError, errorText } from '../output/errorText.ts';
import { formatKitLine, kitJson } from '../output/formatKitLine.ts';
import { kitSources } from '../remote.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';
import { parseKeep } from '../watching/keepPolicy.ts';
import { createPusher, type KitPusher } from '../watching/kitPusher.ts';
import { pruneKits } from '../watching/pruneKits.ts';
import { runTraining } from '../watching/runTraining.ts';
import { tagNamer } from '../watching/tagNamer.ts';
import { packOptions, sourceDate } from './pack.ts';

interface WatchFlags {
  readonly file?: string;
  readonly tag?: string;
  readonly tagTemplate?: string;
  readonly compression: string;
  readonly layerFormat: string;
  readonly useModelPack?: boolean;
  readonly capture: CaptureMode;
  readonly quiet: string;
  readonly push?: string;
  readonly run?: string;
  readonly keep?: string;
  readonly metric?: string;
}

/** Without `-t` the kit is named after its directory. */
const defaultName = (directory: string): string =>
  basename(resolve(directory))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'kit';

const report = (session: Session, withCommand: boolean) => (kit: WatchedKit) => {
  const text = session.options.json ? kitJson(kit) : formatKitLine(kit);
  // With a command, stdout is the command's.
  if (withCommand) session.output.message(text);
  else session.output.result(text);
};

const milliseconds = (text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new KitwrightError('usage', `--quiet needs a time in milliseconds, not ${JSON.stringify(text)}.`);
};

/** A directory, if the first word is not already the command. */
const split = (
  words: readonly string[],
  afterDashes: number,
): { readonly directory: string; readonly command: readonly string[] } => ({
  directory: words.slice(0, afterDashes)[0] ?? '.',
  command: words.slice(afterDashes),
});

/** Prunes after each kit, one time after the other; a failure is told and the watch goes on. */
const createPruner = (
  session: Session,
  name: Reference,
  { keep, metric, tagTemplate }: WatchFlags,
  pusher: KitPusher | undefined,
) => {
  if (keep === undefined) {
    if (metric !== undefined) throw new KitwrightError('usage', '--metric needs --keep best=N.');
    return undefined;
  }
  if (!tagTemplate?.includes('{n}'))
    throw new KitwrightError('usage', '--keep needs a --tag-template with {n}: only kits that it named are removed.');
  const policy = parseKeep(keep, metric);
  const prune = async (): Promise<void> => {
    // A kit that is on its way must not vanish under it.
    await pusher?.drain();
    try {
      const gone = await pruneKits(session.stores(), name, tagTemplate, policy);
      if (gone.length) session.debug(`No rule of --keep wants ${gone.join(', ')}.`);
    } catch (error) {
      session.output.message(errorText(asKitwrightError(error), session.options.verbose > 0));
    }
  };
  let running = Promise.resolve();
  return {
    ring: () => {
      running = running.then(prune);
    },
    drain: () => running,
  };
};

const watch = async (
  session: Session,
  words: readonly string[],
  flags: WatchFlags,
  dashes: number,
): Promise<number> => {
  const { directory, command } = split(words, dashes);
  const stores = session.stores();
  const name: Reference = parseReference(flags.tag || defaultName(directory));
  const stop = new AbortController();
  let training: Promise<number> | undefined;
  const startTraining = (): void => {
    if (command.length === 0) return;
    if (session.signal.aborted) {
      stop.abort();
      return;
    }
    const ended = () => stop.abort(finish);
    training = runTraining(command, session.signal);
    training.then(ended, ended);
  };
  if (command.length === 0) session.signal.addEventListener('abort', () => stop.abort());
  const local = isLocalFileSystem(directory);
  if (!local) session.warn('This is not a local file system: it is scanned, not watched.');
  await using hints = local
    ? fileHints(resolve(directory), (error) => session.debug(`The watcher is silent: ${String(error)}`))
    : noHints();
  const kitwright = session.kitwright(flags.useModelPack ? [modelPack()] : []);
  const pusher =
    flags.push === undefined ? undefined : createPusher(session, withDefaultTag(parseReference(flags.push)));
  const pruner = createPruner(session, name, flags, pusher);
  const show = report(session, command.length > 0);
  const watching = watchKit(kitwright, {
    directory,
    kitfile: flags.file ? { file: flags.file } : {},
    store: stores.local,
    references: kitSources(session, undefined).filter((source) => source !== stores.local),
    layerFormat: flags.layerFormat,
    compression: flags.compression === 'none' ? undefined : flags.compression,
    capture: flags.capture,
    createdAt: sourceDate(session.env),
    quiet: milliseconds(flags.quiet),
    nameOf: tagNamer({
      name,
      template: flags.tagTemplate,
      directory,
      run: flags.run,
      names: stores.local.list(),
      now: () => new Date(),
    }),
    clock: systemClock,
    hints,
    onKit: (kit) => {
      show(kit);
      pusher?.add(kit);
      pruner?.ring();
    },
    onStart: startTraining,
    onWaiting: (waiting) => {
      for (const { path, reason } of waiting) session.output.message(`waiting for ${path}: ${reason}`);
    },
    onFailure: (error) =>
      session.output.message(
        error.code === 'layer-path-missing'
          ? `waiting: ${error.message}`
          : errorText(error, session.options.verbose > 0),
      ),
    signal: new AbortController().signal,
    stop: stop.signal,
  });
  try {
    await watching;
    await pusher?.drain();
    await pruner?.drain();
  } catch (error) {
    if (!training) throw error;
    // A training run is worth more than its kits: it goes on to its end.
    session.output.message(errorText(asKitwrightError(error), session.options.verbose > 0));
    return (await training) || 1;
  }
  return (await training) ?? 0;
};

const define = (program: Command): void => {
  const command = program
    .command('watch')
    .argument('[directory-and-command...]', 'the directory (default "."), and after -- a command to run')
    .usage('[options] [directory] [-- command...]')
    .description('Pack a directory again whenever something in it is complete');
  networkOptions(packOptions(command))
    .option(
      '--tag-template <template>',
      'one more tag per kit, e.g. run-{n}: {n} its number, {step} of the checkpoint, {time}, {run}, {git} the commit',
    )
    .option('--run <name>', 'what {run} is; by default when the watch began')
    .option(
      '--keep <rules>',
      'which kits of the template stay: last=N, best=N, every=N, separated by commas; the others are removed',
    )
    .option('--metric <name>', 'by what best=N chooses, e.g. eval_loss, or max:accuracy where more is better')
    .option('--push <reference>', 'send each kit there in the background; if they come faster, only the newest')
    .option('--quiet <ms>', 'how long a file must rest before it is packed', '300')
    .addHelpText(
      'after',
      '\nExamples:\n  kitwright watch\n  kitwright watch . -t run --tag-template run-{n} -- python train.py',
    )
    .action((words: readonly string[], flags: WatchFlags, self: Command) => {
      const dashes = dashesAt(words, process.argv.slice(2));
      return runCommand(watch)(words, flags, dashes, self);
    });
};

/** How many of the words stand before `--`. */
const dashesAt = (words: readonly string[], args: readonly string[]): number => {
  const at = args.indexOf('--');
  return at < 0 ? words.length : words.length - (args.length - at - 1);
};

export { define };
