import { type Command, InvalidArgumentError, Option } from 'commander';
import { printVersion } from '../printVersion.ts';

export function define(program: Command): void {
  program
    .command('version')
    .description('Show the version')
    .addOption(
      new Option('--show-update-notifications [boolean]', 'turn the notice about newer versions on or off')
        .preset('true')
        .argParser(truth),
    )
    .action(show);
}

function truth(text: string): boolean {
  if (/^(?:1|t|true)$/i.test(text)) return true;
  if (/^(?:0|f|false)$/i.test(text)) return false;
  throw new InvalidArgumentError('it must be true or false.');
}

interface VersionFlags {
  readonly showUpdateNotifications?: boolean;
}

async function show({ showUpdateNotifications }: VersionFlags, command: Command): Promise<void> {
  const { json, config } = command.optsWithGlobals<{ readonly json?: boolean; readonly config?: string }>();
  if (showUpdateNotifications !== undefined) return setNotifications(showUpdateNotifications, config);
  printVersion(json);
}

/** Turns the notice about newer versions on or off, with the same file as `kit`. */
async function setNotifications(show: boolean, root: string | undefined): Promise<void> {
  const [{ rmSync, writeFileSync }, { dataRoot, makeDirectories }, { updatesOffFile }] = await Promise.all([
    import('node:fs'),
    import('@kitwright/core/internal'),
    import('../updates/updateNotice.ts'),
  ]);
  const folder = dataRoot(root);
  makeDirectories(folder, 0o700);
  if (show) rmSync(updatesOffFile(folder), { force: true });
  else writeFileSync(updatesOffFile(folder), '', { mode: 0o600 });
}
