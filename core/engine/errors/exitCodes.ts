/** Exit statuses of the command line. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, network: 3, refused: 4, outOfDate: 5, cancelled: 130 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What each status means to a script. */
export const exitMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'Done.',
  1: 'Failed.',
  2: 'The command line, a Kitfile or a config file has a mistake.',
  3: 'The network, a host or credentials failed.',
  4: 'Something does not match its digest, signature or format, and was refused.',
  5: '`pack --check`: a pack would make a different kit.',
  130: 'Stopped by a signal or by Ctrl-C.',
};
