import { KitwrightError, readPlainFile, type SignerOptions } from '@kitwright/core/internal';
import { canAsk } from '../output/askToConfirm.ts';
import type { Session } from '../Session.ts';

/** Bytes. */
const limit = 64 * 1024;

/**
 * Where the password of a key comes from: the file, else `COSIGN_PASSWORD` (which may be empty), else whoever sits at the
 * terminal. It is never shown and never logged.
 */
export function keyPassword(session: Session, file: string | undefined): SignerOptions['password'] {
  return async (question) => {
    if (file !== undefined)
      return readPlainFile(file, limit)
        .toString()
        .replace(/\r?\n$/, '');
    return session.env['COSIGN_PASSWORD'] ?? askPassword(session, question);
  };
}

/** Asks on the terminal; undefined if there is nobody to ask. Throws `cancelled`. */
export async function askPassword(session: Session, question: string): Promise<string | undefined> {
  if (!canAsk(session)) return undefined;
  const { ask, password } = await import('../prompts.ts');
  const answer = await ask((shared) => password({ message: question, ...shared }));
  if (answer === undefined) throw new KitwrightError('cancelled', 'Cancelled.');
  return answer;
}
