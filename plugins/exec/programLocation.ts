import { KitwrightError, splitLocation } from '@kitwright/core/plugin';

/** What `exec:` is followed by: `NAME/LOCATION[:TAG|@DIGEST]`. */
export interface ProgramLocation {
  /** Its name in `PATH`: `kitwright-target-NAME`. No other program can be named. */
  readonly program: string;
  /** For the program alone; it gets it over the protocol, never as an argument. */
  readonly location: string;
  readonly references: readonly string[];
}

/** Letters, digits and hyphens: no path, no option, and no extension that Windows would run. */
const form = /^([a-z][a-z0-9-]{0,62})\/(.+)$/s;

/** Throws `target-invalid`. */
export function programLocation(text: string): ProgramLocation {
  const [, name, rest] = form.exec(text) ?? [];
  const { path, references } = splitLocation(rest ?? '');
  if (name !== undefined && path && Buffer.byteLength(path) <= maxLocation)
    return { program: `kitwright-target-${name}`, location: path, references };
  throw new KitwrightError('target-invalid', `exec:${text.slice(0, shown)} names no program and location.`, {
    hint: 'Written exec:NAME/LOCATION[:TAG]; the program is kitwright-target-NAME, from the PATH.',
  });
}

/** Bytes: longer than any path or URL that a system takes. */
const maxLocation = 16 * 1024;
const shown = 100;
