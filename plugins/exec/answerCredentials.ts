import type { OpenContext } from '@kitwright/core/plugin';
import { type JsonObject, NotTheProtocol } from './readMessages.ts';

/** Questions that a program may ask before it has the answers. */
const maxQuestions = 16;

/** Answers a program that asks for the user's login at a host: over the protocol, so that no other program sees it. */
export function answerCredentials(
  { credentials }: Pick<OpenContext, 'credentials'>,
  send: (message: JsonObject) => Promise<void>,
): (question: JsonObject) => void {
  let open = 0;
  return ({ ask, credentials: host }) => {
    if (!Number.isSafeInteger(ask)) throw new NotTheProtocol('a question without a number');
    if (typeof host !== 'string' || !isHost(host))
      throw new NotTheProtocol('a question for something else than a host');
    if (++open > maxQuestions) throw new NotTheProtocol(`more than ${maxQuestions} questions at once`);
    void credentials(host)
      .then(
        (found) => ({ answer: ask, ok: found ?? null }),
        () => ({ answer: ask, error: { code: 'unauthorized', message: `The login for ${host} cannot be read.` } }),
      )
      .then(send)
      // Who asked has ended.
      .catch(() => undefined)
      .finally(() => open--);
  };
}

/** `name[:port]`, as it is stored. */
function isHost(text: string): boolean {
  return text.length <= 260 && /^[\w.[\]:-]+$/.test(text);
}
