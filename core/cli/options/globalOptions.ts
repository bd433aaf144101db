/** The values of the global options. Imports nothing, so that parsing the command line stays fast. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error'] as const;

export type LogLevel = (typeof logLevels)[number];

export const progressModes = ['auto', 'tty', 'plain', 'json', 'github', 'none'] as const;

/** A reporter of the command line; any other word is that of a plugin. */
export type ProgressMode = (typeof progressModes)[number];

export function isProgressMode(mode: string): mode is ProgressMode {
  return (progressModes as readonly string[]).includes(mode);
}

/** `kit`'s word for `tty`. */
export const fancyMode = 'fancy';
