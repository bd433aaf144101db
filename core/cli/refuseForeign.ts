import { realpathSync } from 'node:fs';
import { KitwrightError, leadsOut, shellWord } from '@kitwright/core/internal';

/**
 * Refuses to send a file that lies elsewhere under a name below the current directory: whoever made the directory may have
 * put a link there, to a key of the user. Throws `layer-path-outside`, which says how to name it.
 */
export function refuseForeign(path: string): void {
  const error = foreignError(path);
  if (error) throw error;
}

/** Undefined for a path that leads where it says. */
export function foreignError(path: string): KitwrightError | undefined {
  if (!leadsOut(path, '.')) return undefined;
  const real = realpathSync(path);
  return new KitwrightError('layer-path-outside', `${path} leads over a link to ${real}, which lies elsewhere.`, {
    data: { path, real },
    hint: `If it is meant, name it as it is: ${shellWord(real)}.`,
  });
}
