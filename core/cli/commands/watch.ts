import type { Command } from 'commander';
import { addWatchFlags, type WatchFlags } from '../options/addWatchFlags.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { packOptions } from '../options/packOptions.ts';
import { attestOptions } from '../provenance/attestOptions.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';
import { openSignFlags } from '../signing/openSignFlags.ts';
import { type SignFlags, signOption } from '../signing/signingOptions.ts';
import { createTraining } from '../watching/createTraining.ts';
import { splitWords, type WatchWords } from '../watching/splitWords.ts';
import { type WatchContext, watchDirectory } from '../watching/watchDirectory.ts';
import { watchedDirectories } from '../watching/watchedDirectories.ts';

export function define(program: Command): void {
  const command = program
    .command('watch')
    .argument('[directory-and-command...]', 'the directories (default "."), and after -- a command to run')
    .usage('[options] [directory...] [-- command...]')
    .description('Pack a directory now, and again for every finished checkpoint');
  attestOptions(signOption(addWatchFlags(networkOptions(packOptions(command)))))
    .addHelpText(
      'after',
      '\nOn a terminal, without a command, single keys work: h shows them.\n\nExamples:\n  kitwright watch\n  kitwright watch . -t run --tag-template run-{n} -- python train.py\n  kitwright watch . -t run --every 10m --max-cpu 0.5 --push registry/team/run -- python train.py',
    )
    .action((words: readonly string[], flags: WatchFlags & SignFlags, self: Command) =>
      runCommand(watch)(splitWords(words, process.argv.slice(2)), flags, self),
    );
}

async function watch(
  session: Session,
  { directories, command }: WatchWords,
  flags: WatchFlags & SignFlags,
): Promise<number> {
  const watched = watchedDirectories(session, directories, flags);
  const signing = await openSignFlags(session, flags);
  const failed = new AbortController();
  const failures: unknown[] = [];
  using training = createTraining(session, command, watched.length);
  const context: WatchContext = {
    session,
    training,
    command,
    several: watched.length > 1,
    failed: failed.signal,
    signing,
  };
  const watches = watched.map((one) =>
    watchDirectory(one, context).catch((error: unknown) => {
      failures.push(error);
      failed.abort();
      return 1;
    }),
  );
  // A watch that fails ends the others, which are awaited; that those made no kit is only a consequence.
  const statuses = await Promise.all(watches);
  if (failures.length) throw failures[0];
  return Math.max(...statuses);
}
