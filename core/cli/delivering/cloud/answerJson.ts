import { collectBody, KitwrightError } from '@kitwright/core/internal';

/** Bytes of an answer that are read. */
const longest = 1024 * 1024;

/** Asks a service of a cloud. Throws `unauthorized` for what it refuses; what it says may be secret and is not shown. */
export async function answerText(ask: Promise<Response>, who: string): Promise<string> {
  const answer = await ask.catch((cause: unknown) => {
    throw unasked(who, cause);
  });
  const noToken = () =>
    new KitwrightError('unauthorized', `${who} gave no token: status ${answer.status}.`, {
      data: { status: answer.status },
    });
  const bytes = await collectBody(answer, longest, noToken).catch((cause: unknown) => {
    throw cause instanceof KitwrightError ? cause : unasked(who, cause);
  });
  if (answer.ok) return bytes.toString();
  throw noToken();
}

function unasked(who: string, cause: unknown): KitwrightError {
  return new KitwrightError('network-failed', `${who} could not be asked.`, { cause });
}

/** The same, as JSON. */
export async function answerJson(ask: Promise<Response>, who: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await answerText(ask, who);
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null) return json as Readonly<Record<string, unknown>>;
  } catch {
    // Said below, without the text.
  }
  throw new KitwrightError('remote-malformed', `${who} gave no JSON object.`);
}

/** A text of an answer. Throws `remote-malformed`. */
export function textIn(json: Readonly<Record<string, unknown>>, name: string, who: string): string {
  const value = json[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new KitwrightError('remote-malformed', `The answer of ${who} has no ${name}.`);
}
