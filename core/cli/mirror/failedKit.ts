import { asKitwrightError } from '../output/errorText.ts';
import type { Session } from '../Session.ts';
import type { MirroredKit } from './MirrorReport.ts';

/** What the report says of a kit, or of a rule, that failed. Throws `cancelled` where that was the reason. */
export function failedKit(
  { signal }: Session,
  ends: Pick<MirroredKit, 'source' | 'target'>,
  digest: string | undefined,
  cause: unknown,
): MirroredKit {
  signal.throwIfAborted();
  return { ...ends, digest, outcome: 'failed', sent: 0, bytes: 0, error: asKitwrightError(cause) };
}
