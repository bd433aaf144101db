import { dataRoot } from '@kitwright/core/internal';
import type { Session } from '../Session.ts';

/** The folder of `trusted.json` and of the user's own config; undefined for a user without a home directory. */
export function trustRoot({ options, env }: Session): string | undefined {
  try {
    return dataRoot(options.config, env);
  } catch {
    return undefined;
  }
}
