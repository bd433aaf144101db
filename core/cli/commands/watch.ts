import { resolve } from 'node:path';
import { createTreeScan, watchKit } from '@kitwright/core/internal';
import type { Command } from 'commander';
import { addWatchFlags, type WatchFlags } from '../options/addWatchFlags.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { formPlugins, packOptions } from '../options/packOptions.ts';
import { parseLimits } from '../options/watchFlags.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';
import { createTraining } from '../watching/createTraining.ts';
import { createKitActions } from '../watching/kitActions.ts';
import { openDisplay } from '../watching/openDisplay.ts';
import { openFeed, tellTroubles } from '../watching/openFeed.ts';
import { openHints } from '../watching/openHints.ts';
import { splitWords, type WatchWords } from '../watching/splitWords.ts';
import { statusAtEnd } from '../watching/statusAtEnd.ts';
import { watchedName } from '../watching/watchedName.ts';
import { watchSettings } from '../watching/watchSettings.ts';

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
  const feed = openFeed(session, directory, withCommand);
  const actions = createKitActions(session, feed, name, flags);
  const { pusher, onKit } = actions;
  await using display = await openDisplay({ session, feed, directory, mode, pusher, withCommand, ui: flags.ui });
  feed.emit({ type: 'start', directory: resolve(directory), mode });
  const watching = watchKit(kitwright, {
    ...settings,
    ...display.listeners,
    ...tellTroubles(session, feed),
    hints,
    treeScan,
    onKit,
    onStart: training.start,
    stop: AbortSignal.any([training.stop, display.quit]),
  });
  // Awaited here: what the watch uses is closed when this function returns.
  return await statusAtEnd(session, feed, watching, training, actions);
}
