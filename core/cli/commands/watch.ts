import { basename, resolve } from 'node:path';
import {
  createTreeScan,
  fileHints,
  finish,
  isLocalFileSystem,
  noHints,
  parseReference,
  type Reference,
  systemClock,
  watchKit,
  withDefaultTag,
} from '@kitwright/core/internal';
import type { Command } from 'commander';
import { createWatchDashboard } from '../dashboard/watchDashboard.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { formPlugins, type PackFlags, packOptions, packSettings } from '../options/packOptions.ts';
import { type LimitFlags, type PaceFlags, parseLimits, parsePace, parseQuiet } from '../options/watchFlags.ts';
import { asKitwrightError, errorText } from '../output/errorText.ts';
import { reportError } from '../output/reportError.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';
import { onWarning } from '../signals/onWarning.ts';
import { createKitCommand } from '../watching/kitCommand.ts';
import { failedEvent, kitEvent } from '../watching/kitEvent.ts';
import { createPruner, type KeepFlags } from '../watching/kitPruner.ts';
import { printEvents } from '../watching/printEvents.ts';
import { pendingPush, pushKits } from '../watching/pushKits.ts';
import { readMeasurements } from '../watching/readMeasurements.ts';
import { runTraining } from '../watching/runTraining.ts';
import { tagNamer } from '../watching/tagNamer.ts';
import { watcherNotice } from '../watching/watcherNotice.ts';
import { createFeed, type WatchFeed } from '../watching/watchFeed.ts';
import { openHistory } from '../watching/watchHistory.ts';
import { createWatchTerminal } from '../watching/watchTerminal.ts';

interface WatchFlags extends PackFlags, KeepFlags, PaceFlags, LimitFlags {
  readonly quiet: string;
  readonly push?: string;
  readonly run?: string;
  readonly metrics?: string;
  readonly onKit?: string;
  readonly ui?: boolean;
}

/** Without `-t` the kit is named after its directory. */
function defaultName(directory: string): string {
  return (
    basename(resolve(directory))
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'kit'
  );
}

/** A directory, if the first word is not already the command. */
function split(
  words: readonly string[],
  afterDashes: number,
): { readonly directory: string; readonly command: readonly string[] } {
  return {
    directory: words.slice(0, afterDashes)[0] ?? '.',
    command: words.slice(afterDashes),
  };
}

/** Keeps what is told for `kitwright report`. A disk that cannot is told once; the watch goes on. */
function keepHistory(session: Session, feed: WatchFeed, directory: string): void {
  const history = openHistory(session.stores().root, directory);
  let failed = false;
  feed.listen((event) => {
    try {
      if (!failed) history.add(event);
    } catch (error) {
      failed = true;
      session.warn(`The report of this watch will lack something. ${asKitwrightError(error).message}`);
    }
  });
}

/** A watcher may fail for each directory; it is told once. */
function warnOnce(session: Session): (error: unknown) => void {
  let warned = false;
  return (error) => {
    if (warned) session.debug(String(error));
    else session.warn(watcherNotice(error));
    warned = true;
  };
}

async function watch(session: Session, words: readonly string[], flags: WatchFlags, dashes: number): Promise<number> {
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
    training = runTraining(command).then(({ status, failure }) => {
      if (failure) reportError(failure, session.output, session.options);
      stop.abort(finish);
      return status;
    });
  };
  if (command.length === 0) session.signal.addEventListener('abort', () => stop.abort());
  const local = isLocalFileSystem(directory);
  const mode = local ? 'events' : 'scan';
  if (!local) session.warn('This is not a local file system: it is scanned, not watched.');
  await using hints = local ? fileHints(resolve(directory), warnOnce(session)) : noHints();
  await using treeScan = createTreeScan();
  const [pace, quiet] = [parsePace(flags), parseQuiet(flags.quiet)];
  const kitwright = session.kitwright({ plugins: formPlugins(flags), limits: parseLimits(flags) });
  const feed = createFeed(systemClock.now);
  printEvents(session, feed, command.length > 0);
  const destination = flags.push === undefined ? undefined : withDefaultTag(parseReference(flags.push));
  const failed = new AbortController();
  const pushing = AbortSignal.any([session.signal, failed.signal]);
  const pusher = destination && pushKits(session, feed, destination, pushing);
  const pruner = createPruner(session, feed, name, flags, pusher);
  const kitCommand = flags.onKit === undefined ? undefined : createKitCommand(feed, flags.onKit, session.signal);
  const metrics = flags.metrics === undefined ? undefined : resolve(directory, flags.metrics);
  const nameOf = tagNamer({
    name,
    template: flags.tagTemplate,
    directory,
    run: flags.run,
    names: stores.local.list(),
    now: () => new Date(),
  });
  keepHistory(session, feed, directory);
  await using dashboard = createWatchDashboard(session, feed, directory);
  if (flags.ui) await dashboard.show();
  const enabled = command.length === 0;
  using terminal = createWatchTerminal({ session, feed, mode, pusher, enabled, openPage: dashboard.open });
  feed.emit({ type: 'start', directory: resolve(directory), mode });
  const watching = watchKit(kitwright, {
    ...packSettings(session, flags),
    directory,
    quiet,
    pace,
    nameOf,
    ...(metrics === undefined ? {} : { measured: () => readMeasurements(metrics) }),
    clock: systemClock,
    hints,
    treeScan,
    onRequest: (listener) => {
      terminal.onRequest(listener);
      onWarning(() => listener('look'));
    },
    onLook: (look) => {
      terminal.onLook(look);
      dashboard.onLook(look);
    },
    onKit: (kit) => {
      const event = kitEvent(kit);
      feed.emit(event);
      if (destination) pusher?.add(pendingPush(destination, kit));
      pruner?.ring();
      kitCommand?.ring(event);
    },
    onStart: startTraining,
    onWaiting: (waiting) =>
      feed.emit({ type: 'waiting', waiting: waiting.map(({ path, reason }) => ({ path, reason })) }),
    onFailure: (error) => {
      feed.emit(failedEvent(error));
      if (!session.options.json && error.code !== 'layer-path-missing')
        session.output.message(errorText(error, session.options.verbose > 0));
    },
    signal: new AbortController().signal,
    stop: AbortSignal.any([stop.signal, terminal.quit]),
  });
  try {
    const kits = await watching;
    await Promise.all([pusher?.drain(), pruner?.drain(), kitCommand?.drain()]);
    feed.emit({ type: 'end', kits });
  } catch (error) {
    if (!training) {
      failed.abort();
      await pusher?.idle();
      throw error;
    }
    // A training run is worth more than its kits: it goes on to its end.
    reportError(asKitwrightError(error), session.output, session.options);
    return (await training) || 1;
  }
  return (await training) ?? 0;
}

function define(program: Command): void {
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
    .option('--metrics <file>', 'JSON that training writes: "step" and metrics, which become annotations of the kit')
    .option('--push <reference>', 'send each kit there in the background; if they come faster, only the newest')
    .option(
      '--on-kit <command>',
      'run this for each kit; it finds KITWRIGHT_REFERENCE, _DIGEST, _STEP in its environment',
    )
    .option('--ui', 'show the watch as a page, on this machine only; the key o opens it later')
    .option('--every <n|time>', 'a kit for every N checkpoints, or at most one in a time: 5, 90s, 10m, 2h')
    .option(
      '--on-checkpoint <pattern>',
      'only what matches asks for a kit, e.g. "checkpoint-*"; the rest travels with it',
    )
    .option('--max-cpu <cores>', 'how much of the machine hashing may take, e.g. 0.5 of a core')
    .option('--max-read <MB/s>', 'how fast contents may be read')
    .option('--quiet <ms>', 'quiet time: how long a file must be unchanged before it is packed', '300')
    .addHelpText(
      'after',
      '\nOn a terminal, without a command, single keys work: h shows them.\n\nExamples:\n  kitwright watch\n  kitwright watch . -t run --tag-template run-{n} -- python train.py\n  kitwright watch . -t run --every 10m --max-cpu 0.5 --push registry/team/run -- python train.py',
    )
    .action((words: readonly string[], flags: WatchFlags, self: Command) => {
      const dashes = dashesAt(words, process.argv.slice(2));
      return runCommand(watch)(words, flags, dashes, self);
    });
}

/** How many of the words stand before `--`. */
function dashesAt(words: readonly string[], args: readonly string[]): number {
  const at = args.indexOf('--');
  return at < 0 ? words.length : words.length - (args.length - at - 1);
}

export { define };
