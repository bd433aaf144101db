import { type Command, Option } from 'commander';
import { networkOptions } from './networkOptions.ts';

/** Adds the flags of commands that move kits: what travels with one, and those for registries. */
export function referrersOption(command: Command): Command {
  return networkOptions(
    command.addOption(
      new Option(
        '--referrers <which>',
        'signatures and other artifacts that travel with the ModelKit: all, signatures, none or an artifact type',
      ).default('all'),
    ),
  );
}
