import { KitwrightError } from '@kitwright/core/internal';
import { type Command, Option } from 'commander';

/** cosign's flag for signing, so that its command lines work: nothing is ever sent to a transparency log. */
export function uploadOption(command: Command): Command {
  return command.addOption(new Option('--tlog-upload', "as cosign's: only --tlog-upload=false is taken"));
}

/** cosign's flag for verifying: a key is trusted for itself, so a log is not asked. */
export function ignoreOption(command: Command): Command {
  return command
    .addOption(new Option('--insecure-ignore-tlog', "as cosign's: no transparency log is asked, which is the default"))
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
