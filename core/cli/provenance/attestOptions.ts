import type { Command } from 'commander';
import { repeatable } from '../options/repeatable.ts';

/** Adds the flags of commands that say how they made a kit. */
export function attestOptions(command: Command): Command {
  return command
    .option(
      '--attest',
      'attach how the ModelKit was made: SLSA provenance with the digest of each file, signed where --sign is given',
    )
    .option('--attest-env <name>', 'a variable of the environment that is recorded with it; repeatable', repeatable, [])
    .option('--attest-times', 'also record when it was made: without, the same build gives the same bytes');
}

/** A kit of more files and directories is named by its layers: a statement is held in memory. */
export const mostAttestedFiles = 10_000;

/** What these flags were given. */
export interface AttestFlags {
  readonly attest?: boolean;
  readonly attestEnv: readonly string[];
  readonly attestTimes?: boolean;
}
