import { constants } from 'node:os';
import { hasTraining } from './hasTraining.ts';

/** Set by the shell lines of `bin/kitwright.js`: the mask SigIgn of Linux (proc_pid_status(5)), hexadecimal. */
const variable = 'KITWRIGHT_SIGIGN';

/**
 * Signals that end or stop a program. Not SIGPIPE: Python and others ignore it by default, and their children inherit
 * that.
 */
const ending = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGXCPU',
  'SIGTSTP',
] as const;

/** The signals that our parent ignores and that stay ignored, here and in the programs that we start. */
export const ignoredSignals: readonly NodeJS.Signals[] = keptIgnored(
  signalsIn(process.env[variable]),
  process.argv.slice(2),
);

// Our children inherit the ignored signals instead of the variable.
delete process.env[variable];

/** The signals of a mask; none if it is invalid. */
export function signalsIn(mask = ''): readonly NodeJS.Signals[] {
  if (!/^[0-9a-f]{1,16}$/.test(mask)) return [];
  const bits = BigInt(`0x${mask}`);
  return ending.filter((name) => (bits >> BigInt(constants.signals[name] - 1)) & 1n);
}

/**
 * Which of the ignored signals stay ignored in a command with these arguments. A shell script starts every job in its
 * background with SIGINT ignored, so that Ctrl-C ends the script only: a training wants that, and its watch with it. A
 * script that sends SIGINT to any other command of ours wants it to end.
 */
export function keptIgnored(signals: readonly NodeJS.Signals[], args: readonly string[]): readonly NodeJS.Signals[] {
  return signals.filter((signal) => hasTraining(args) || signal !== 'SIGINT');
}
