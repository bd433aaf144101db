import { KitwrightError } from '@kitwright/core/internal';
import type { Session } from '../Session.ts';
import { escapeLines, type Lines } from './Output.ts';

/**
 * Asks yes or no on a terminal; `otherwise` is the answer without a terminal, and in CI. Throws `cancelled` on Ctrl-C
 * and Ctrl-D.
 */
export async function askToConfirm(session: Session, message: Lines, otherwise: boolean): Promise<boolean> {
  if (!canAsk(session)) return otherwise;
  const { ask, confirm } = await import('../prompts.ts');
  const question = escapeLines(message);
  const answer = await ask((shared) => confirm({ message: question, initialValue: false, ...shared }));
  if (answer === undefined) throw new KitwrightError('cancelled', 'Cancelled.');
  return answer;
}

/** Is there a user who can answer? */
export function canAsk({ output, env }: Session): boolean {
  // Standard input last: Node opens it when it is asked.
  return output.stderrIsTerminal && !env['CI'] && process.stdin.isTTY === true;
}
