import { KitwrightError } from '@kitwright/core/plugin';

/** Evidence that proves nothing. `why` is a clause: `its payload is about another kit`. */
export function refused(why: string, cause?: unknown): KitwrightError {
  return new KitwrightError(
    'signature-invalid',
    `The signature does not count: ${why}.`,
    cause === undefined ? {} : { cause },
  );
}
