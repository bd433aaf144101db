import { resolve } from 'node:path';
import { createTreeScan, systemClock, watchKit } from '@kitwright/core/internal';
import type { Command } from 'commander';
import { createWatchDashboard } from '../dashboard/watchDashboard.ts';
import { addWatchFlags, type WatchFlags } from '../options/addWatchFlags.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { formPlugins, packOptions, packSettings } from '../options/packOptions.ts';
import { parseLimits } from '../options/watchFlags.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';
import { createTraining } from '../watching/createTraining.ts';
import { keepHistory } from '../watching/keepHistory.ts';
import { createKitActions } from '../watching/kitActions.ts';
import { openHints } from '../watching/openHints.ts';
import { printEvents } from '../watching/printEvents.ts';
import { splitWords, type WatchWords } from '../watching/splitWords.ts';
import { statusAtEnd } from '../watching/statusAtEnd.ts';
import { watchedName } from '../watching/watchedName.ts';
import { createFeed } from '../watching/watchFeed.ts';
import { watchListeners } from '../watching/watchListeners.ts';
import { watchSettings } from '../watching/watchSettings.ts';
import { createWatchTerminal } from '../watching/watchTerminal.ts';

export function define(program: Command): void {
  const command = program
    .command('watch')
    .argument('[directory-and-command...]', 'the directory (default "."), and after -- a command to run')
    .usage('[options] [directory] [-- command...]')
    .description('Pack a directory again whenever something in it is complete');
  addWatchFlags(networkOptions(packOptions(command)))
    .addHelpText(
      'after',
      '\nOn a terminal, without a command, single keys work: h shows them.\n\nExamples:\n  kitwright watch\n  kitwright watch . -t run --tag-template run-{n} -- python train.py\n  kitwright watch . -t run --every 10m --max-cpu 0.5 --push registry/team/run -- python train.py',
    )
    .action((words: readonly string[], flags: WatchFlags, self: Command) =>
      runCommand(watch)(splitWords(words, process.argv.slice(2)), flags, self),
    );
}

async function watch(session: Session, { directory, command }: WatchWords, flags: WatchFlags): Promise<number> {
  const withCommand = command.length > 0;
  const name = watchedName(flags.tag, directory);
  const kitwright = session.kitwright({ plugins: formPlugins(flags), limits: parseLimits(flags) });
  const settings = watchSettings(session, directory, name, flags);
  const training = createTraining(session, command);
  await using watcher = openHints(session, directory);
  await using treeScan = createTreeScan();
  const { hints, mode } = watcher;
  const feed = createFeed(systemClock.now);
  printEvents(session, feed, withCommand);
  const actions = createKitActions(session, feed, name, flags);
  keepHistory(session, feed, directory);
  await using dashboard = createWatchDashboard(session, feed, directory);
  if (flags.ui) await dashboard.show();
  const { pusher } = actions;
  using terminal = createWatchTerminal({
    session,
    feed,
    mode,
    pusher,
    enabled: !withCommand,
    openPage: dashboard.open,
  });
  feed.emit({ type: 'start', directory: resolve(directory), mode });
  const watching = watchKit(kitwright, {
    ...packSettings(session, flags),
    ...settings,
    directory,
    clock: systemClock,
    hints,
    treeScan,
    ...watchListeners({ session, feed, terminal, dashboard }),
    onKit: actions.onKit,
    onStart: training.start,
    signal: new AbortController().signal,
    stop: AbortSignal.any([training.stop, terminal.quit]),
  });
  // Awaited here: what the watch uses is closed when this function returns.
  return await statusAtEnd(session, feed, watching, training, actions);
}
