import { join } from 'node:path';
import type { Session } from '../Session.ts';

/** Where entries are kept if no other place is named. */
export function resolvedFolder(session: Session): string {
  return join(session.stores().root, 'resolved');
}
