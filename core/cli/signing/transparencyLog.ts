import { KitwrightError } from '@kitwright/core/internal';
import { type Command, Option } from 'commander';

/** cosign's flag for signing, so that its command lines work: with a key nothing is sent to a log, without one it must be. */
export function uploadOption(command: Command): Command {
  return command
    .addOption(new Option('--tlog-upload', "as cosign's: the default without --key; with it only --tlog-upload=false"))
    .addOption(new Option('--no-tlog-upload').hideHelp());
}

/** cosign's flag for verifying: a key alone is trusted for itself, so a log is not asked. */
export function ignoreOption(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--insecure-ignore-tlog',
        "as cosign's: no transparency log is asked, which is the default with --key",
      ),
    )
    .addOption(new Option('--no-insecure-ignore-tlog').hideHelp());
}

/** Refuses what would be a promise that is not kept. Throws `usage`. */
export function refuseLog(isWanted: boolean): void {
  if (!isWanted) return;
  throw new KitwrightError('usage', 'Transparency logs are not used with keys.', {
    hint: 'Leave the flag out: a signature then counts if it is by the key.',
  });
}

/** Said with each result, so that nobody takes silence for a check. */
export const logNote = 'No transparency log was used: the key alone is trusted.';
