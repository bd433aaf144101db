import { constants } from 'node:os';

/** Set by the beginning of `bin/kitwright.js`: the mask SigIgn of Linux (proc_pid_status(5)), hexadecimal. */
const variable = 'KITWRIGHT_SIGIGN';

/** Signals that end or stop a program. Not SIGPIPE: Python and others ignore it for themselves, and hand that down. */
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

/** The signals that whoever started us ignores: they stay ignored, in us and in what we run. */
export const ignoredSignals: readonly NodeJS.Signals[] = signalsIn(process.env[variable]);

// What we run is told by what it inherits.
delete process.env[variable];

/** The signals of a mask; none for what is no mask. */
export function signalsIn(mask = ''): readonly NodeJS.Signals[] {
  if (!/^[0-9a-f]{1,16}$/.test(mask)) return [];
  const bits = BigInt(`0x${mask}`);
  return ending.filter((name) => (bits >> BigInt(constants.signals[name] - 1)) & 1n);
}
