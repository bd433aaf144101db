import { foreignError } from '../refuseForeign.ts';
import type { Session } from '../Session.ts';

/**
 * Says that the directory which is packed lies elsewhere than its name says: links to other disks are usual, and so it is an
 * error (`layer-path-outside`) only if `refuses`.
 */
export function tellForeign(session: Session, directory: string, refuses: boolean): void {
  const error = foreignError(directory);
  if (error && refuses) throw error;
  if (error) session.warn(`${error.message} What is there is packed.`);
}
