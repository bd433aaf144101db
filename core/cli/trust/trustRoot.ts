import { dataRoot } from '@kitwright/core/internal';
import type { Session } from '../Session.ts';

/** Where trust and the user's own config are kept; undefined for a user without a home, who has neither. */
export function trustRoot({ options, env }: Session): string | undefined {
  try {
    return dataRoot(options.config, env);
  } catch {
    return undefined;
  }
}
