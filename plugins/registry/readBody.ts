import { KitwrightError, messageOf, parseJsonObject } from '@kitwright/core/plugin';
import type { HttpAnswer } from './HttpAnswer.ts';
import type { HttpRequest } from './HttpRequest.ts';
import { networkError, shownRequest } from './networkError.ts';

/** Time limit for a small answer in ms, against a host that sends a byte now and then. */
const timeLimit = 120_000;

/** Reads a small body. Throws `remote-malformed` above `limit` bytes, `network-failed` if it is cut or does not end. */
export async function readBody(answer: HttpAnswer, request: HttpRequest, limit: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const refuse = (why: string) =>
    new KitwrightError('remote-malformed', `${shownRequest(request)} was answered with ${why}.`, {
      data: { request: shownRequest(request) },
    });
  const encoding = answer.header('content-encoding');
  if (encoding && encoding !== 'identity')
    throw refuse(`an encoding that was not requested: ${JSON.stringify(encoding)}`);
  const deadline = Date.now() + timeLimit;
  try {
    for await (const bytes of answer.body) {
      size += bytes.byteLength;
      if (size > limit) throw refuse(`more than ${limit} bytes`);
      if (Date.now() > deadline) throw refuse('a body that does not end');
      parts.push(bytes);
    }
  } catch (error) {
    throw error instanceof KitwrightError ? error : networkError(request, error);
  }
  return Buffer.concat(parts);
}

/** Reads a JSON object of at most `limit` bytes. Throws `remote-malformed`. */
export async function readJson(
  answer: HttpAnswer,
  request: HttpRequest,
  limit: number,
): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readBody(answer, request, limit);
  try {
    return parseJsonObject(bytes, 'answer');
  } catch (cause) {
    const message = `${shownRequest(request)} was not answered with usable JSON: ${messageOf(cause)}`;
    throw new KitwrightError('remote-malformed', message, { cause });
  }
}
